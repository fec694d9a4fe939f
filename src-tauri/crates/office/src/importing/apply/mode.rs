//! What to do about a file in which some rows are bad.

billing::text_enum! {
    /// What to do about a file in which some rows are bad.
    #[default(AllOrNothing)]
    pub enum ImportMode as "import mode" {
        /// One bad row refuses the file.
        AllOrNothing => "all_or_nothing",
        /// The good rows are taken in, the bad ones are reported.
        GoodRows => "good_rows",
    }
}
