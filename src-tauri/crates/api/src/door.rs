//! The two doors of the one API. A request carries the door it came through as an extension; one that carries none came
//! from outside, so forgetting to mark a request can only ever take rights away.

/// How a request reached the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// In process: the window of this very program. The shell puts this into the request's extensions.
    Local,
    /// Over TCP: a browser, a script, a phone.
    Tcp,
}
