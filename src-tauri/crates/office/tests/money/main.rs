//! Bills and payments through the application, on SQLite always and on PostgreSQL where `SAMBUNG_TEST_POSTGRES` names a
//! throwaway cluster. After each test the office's own `verify` has to find nothing.

mod month_run;
mod opened;
mod payments;
