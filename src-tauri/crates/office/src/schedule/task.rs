//! The tasks of the schedule and their usual times (DESIGN section 6, in the office's zone).

use crate::error::Sentence;

billing::text_enum! {
    /// A task of the schedule.
    pub enum Task as "task" {
        /// Makes the invoices whose period has come.
        GenerateInvoices => "billing:generate-invoices",
        /// Closes and opens the lines that must.
        CheckOverdue => "billing:check-overdue",
        /// Writes down who would be closed tomorrow.
        PreviewClosings => "billing:preview-closings",
        /// Says what the next month's run will bill.
        RehearseMonth => "billing:rehearse-month",
        /// Reminds customers of what falls due.
        SendReminders => "billing:send-reminders",
        /// Brings the routers' profiles up to date with the packages.
        SyncProfiles => "mikrotik:sync-profiles",
        /// Makes a backup and rehearses it.
        Backup => "office:backup",
    }
}

impl Task {
    /// When it runs unless the office says otherwise: minute, hour, day of month, month, day of week. Billing runs every
    /// day, since customers may have billing days of their own; a period is billed once all the same. The backup comes at
    /// half past twelve: an office's machine is off at night, in the middle of the day it is on for certain, and few people
    /// stand at the counter then.
    #[must_use]
    pub const fn usual_cron(self) -> &'static str {
        match self {
            Task::GenerateInvoices => "1 0 * * *",
            Task::CheckOverdue => "0 6 * * *",
            Task::PreviewClosings => "0 16 * * *",
            // The 30th, and the last day where a month has no 30th.
            Task::RehearseMonth => "0 10 30,L * *",
            Task::SendReminders => "0 9 * * *",
            Task::SyncProfiles => "0 2 * * *",
            Task::Backup => "30 12 * * *",
        }
    }

    /// What it does, in a sentence.
    #[must_use]
    pub fn description(self) -> Sentence {
        match self {
            Task::GenerateInvoices => Sentence::new(
                "Membuat tagihan yang periodenya sudah tiba.",
                "Makes the invoices whose period has come.",
            ),
            Task::CheckOverdue => Sentence::new(
                "Menutup pelanggan yang menunggak dan membuka yang sudah berhak.",
                "Closes lines that are overdue and opens those that may be open.",
            ),
            Task::PreviewClosings => Sentence::new(
                "Menulis siapa yang ditutup besok, agar dapat dilihat dan dicoret hari ini.",
                "Writes down who closes tomorrow, to be seen and struck today.",
            ),
            Task::RehearseMonth => Sentence::new(
                "Menghitung tagihan bulan depan dan bedanya dengan bulan ini; tidak ada yang dibuat.",
                "Works out the next month's bills and how they differ from this month's; nothing is made.",
            ),
            Task::SendReminders => Sentence::new(
                "Mengingatkan tagihan yang akan jatuh tempo.",
                "Reminds customers of what falls due.",
            ),
            Task::SyncProfiles => Sentence::new(
                "Menyamakan profil router dengan paket.",
                "Brings the routers' profiles up to date with the packages.",
            ),
            Task::Backup => Sentence::new(
                "Mencadangkan kantor ke folder pilihan, lalu mengujinya dengan memulihkannya ke basis data sementara.",
                "Backs the office up into the folder of its choice, and rehearses that by restoring it to a scratch database.",
            ),
        }
    }
}
