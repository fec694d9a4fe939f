//! What can go wrong between a caller and a router, as a closed list.
//!
//! Three questions decide what a caller does next, and each has a method: could the router be asked at all
//! ([`Error::is_unreachable`]), may the command have taken effect although no answer came
//! ([`Error::outcome_unknown`]), and was it refused for a reason that the caller expects
//! ([`Error::is_no_such_item`] and its siblings).

use std::fmt;
use std::time::Duration;

use crate::codec::CodecError;
use crate::tls::Fingerprint;

/// What a router says about the kind of a refusal. Many refusals carry none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// 0: an item or a command does not exist.
    MissingItemOrCommand,
    /// 1: a value was not accepted.
    ArgumentValue,
    /// 2: the command was interrupted, by `/cancel` for instance.
    Interrupted,
    /// 3: a script failed.
    Scripting,
    /// 4: any other failure.
    General,
    /// 5: the API itself failed.
    Api,
    /// 6: the terminal failed.
    Tty,
    /// 7: a value made by `:return`.
    Returned,
    /// A number that MikroTik has not documented.
    Other(u32),
}

impl Category {
    pub(crate) fn from_number(number: u32) -> Self {
        match number {
            0 => Self::MissingItemOrCommand,
            1 => Self::ArgumentValue,
            2 => Self::Interrupted,
            3 => Self::Scripting,
            4 => Self::General,
            5 => Self::Api,
            6 => Self::Tty,
            7 => Self::Returned,
            other => Self::Other(other),
        }
    }
}

/// Where a time limit ran out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// No TCP connection came about.
    Connect,
    /// The TCP connection stands, the TLS handshake did not end.
    Tls,
    /// The login was not answered.
    Login,
    /// This command was not answered.
    Command(String),
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect => f.write_str("the connection"),
            Self::Tls => f.write_str("the TLS handshake"),
            Self::Login => f.write_str("the login"),
            Self::Command(word) => f.write_str(word),
        }
    }
}

/// Why a router gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No TCP connection: refused, no route, unknown name.
    #[error(
        "the router at {address} cannot be reached: {reason}; check its address, the cable or tunnel, and that its API service is on"
    )]
    Unreachable {
        /// Host and port that were tried.
        address: String,
        /// The operating system's words.
        reason: String,
    },
    /// A time limit ran out. If a command did, the connection is given up.
    #[error(
        "the router did not answer {stage} within {limit:?}; it may be overloaded, or something on the way swallows packets"
    )]
    TimedOut {
        /// What was waited for.
        stage: Stage,
        /// The limit that ran out.
        limit: Duration,
    },
    /// The TLS handshake failed. Nearly always the router has no certificate: it then offers only anonymous
    /// Diffie-Hellman, which proves nothing about whom one talks to and is not spoken here.
    #[error(
        "no TLS with the router ({detail}); give it a certificate in its terminal:\n\
         /certificate add name=api-tls common-name=router days-valid=3650; /certificate sign api-tls\n\
         /ip service set api-ssl certificate=api-tls disabled=no"
    )]
    TlsHandshake {
        /// What rustls reports.
        detail: String,
    },
    /// TLS was asked for, and the port does not speak it.
    #[error(
        "port {port} does not speak TLS; the API with TLS (api-ssl) is usually at port 8729, the plain one (api) at 8728: \
         correct the port, or choose to connect without TLS"
    )]
    NotTls {
        /// The port.
        port: u16,
    },
    /// The port speaks TLS, and it was spoken to in clear.
    #[error(
        "port {port} speaks TLS (api-ssl), and this connection is without TLS; switch TLS on, or use the port of the plain API, \
         usually 8728"
    )]
    SpeaksTls {
        /// The port.
        port: u16,
    },
    /// The router shows another certificate than the pinned one: it was renewed, or somebody is in between.
    #[error(
        "the router's certificate has changed (known {pinned}, shown {presented}); accept the new one only if you know why it changed"
    )]
    CertificateChanged {
        /// The fingerprint that was agreed on.
        pinned: Fingerprint,
        /// The fingerprint of the certificate that was shown now.
        presented: Fingerprint,
    },
    /// The router does not accept the name or the password.
    #[error("the router refused the login: {message}; check the user name and the password")]
    BadLogin {
        /// The router's words.
        message: String,
    },
    /// The router's user lacks a policy that the command needs.
    #[error(
        "the router's user may not run {command}: {message}; its group needs the policies api, read, write and sensitive"
    )]
    NotEnoughPermissions {
        /// The command that was refused.
        command: String,
        /// The router's words.
        message: String,
    },
    /// The router refused the command.
    #[error(
        "the router refused {command}: {message}; see what stands in its way on the router, then try again"
    )]
    Trap {
        /// The command that was refused.
        command: String,
        /// The kind of refusal, where the router names it.
        category: Option<Category>,
        /// The router's words.
        message: String,
    },
    /// The router ended the connection with a reason.
    #[error("the router ended the connection: {message}; connect again")]
    Fatal {
        /// The router's words.
        message: String,
    },
    /// The peer does not speak the RouterOS API, or broke its rules.
    #[error(
        "the answer is not the RouterOS API: {detail}; check that the port is the router's API (8728, with TLS 8729)"
    )]
    Protocol {
        /// What was wrong.
        detail: String,
    },
    /// A reply grew beyond the limit; the rest of it was not read.
    #[error("the reply to {command} is larger than {limit} bytes; ask for fewer rows or properties")]
    ReplyTooLarge {
        /// The command that was answered.
        command: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// A value of the command is longer than the protocol's client allows. Nothing was sent.
    #[error("{command} was not sent: {source}")]
    CommandTooLarge {
        /// The command that was not sent.
        command: String,
        /// What the codec says.
        source: CodecError,
    },
    /// The connection ended while the command was under way.
    #[error(
        "the connection to the router ended before the answer came: {reason}; connect again and see what was done"
    )]
    Closed {
        /// Why.
        reason: String,
    },
    /// The connection had been given up before; this command was not sent.
    #[error("the connection to the router was given up earlier ({reason}); nothing was sent")]
    Unusable {
        /// Why it was given up.
        reason: String,
    },
}

impl Error {
    /// A stable name for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "router_unreachable",
            Self::TimedOut { .. } => "router_timed_out",
            Self::TlsHandshake { .. } => "router_tls_failed",
            Self::NotTls { .. } => "router_port_without_tls",
            Self::SpeaksTls { .. } => "router_port_with_tls",
            Self::CertificateChanged { .. } => "router_certificate_changed",
            Self::BadLogin { .. } => "router_bad_login",
            Self::NotEnoughPermissions { .. } => "router_permission_missing",
            Self::Trap { .. } => "router_refused",
            Self::Fatal { .. } => "router_ended_connection",
            Self::Protocol { .. } => "router_protocol_error",
            Self::ReplyTooLarge { .. } => "router_reply_too_large",
            Self::CommandTooLarge { .. } => "router_command_too_large",
            Self::Closed { .. } | Self::Unusable { .. } => "router_connection_closed",
        }
    }

    /// The router could not be asked, so nothing is known about it: park the work and try again later. A refusal, by
    /// the router or by the pinned certificate, is not this.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Fatal { .. }
            | Self::Protocol { .. }
            | Self::Closed { .. }
            | Self::Unusable { .. } => true,
            Self::TlsHandshake { .. }
            | Self::NotTls { .. }
            | Self::SpeaksTls { .. }
            | Self::CertificateChanged { .. }
            | Self::BadLogin { .. }
            | Self::NotEnoughPermissions { .. }
            | Self::Trap { .. }
            | Self::ReplyTooLarge { .. }
            | Self::CommandTooLarge { .. } => false,
        }
    }

    /// No later attempt will do better before a person has changed something: port, password, certificate or policies.
    #[must_use]
    pub fn needs_a_person(&self) -> bool {
        matches!(
            self,
            Self::TlsHandshake { .. }
                | Self::NotTls { .. }
                | Self::SpeaksTls { .. }
                | Self::CertificateChanged { .. }
                | Self::BadLogin { .. }
                | Self::NotEnoughPermissions { .. }
        )
    }

    /// The command may have been carried out although its answer did not arrive: read back before deciding anything.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::TimedOut { stage, .. } => matches!(stage, Stage::Command(_)),
            Self::Closed { .. } | Self::Fatal { .. } | Self::Protocol { .. } | Self::ReplyTooLarge { .. } => {
                true
            }
            _ => false,
        }
    }

    /// The item that the command names is gone, for instance a session that ended by itself.
    #[must_use]
    pub fn is_no_such_item(&self) -> bool {
        self.trap_says("no such item")
    }

    /// The router does not know the command: an older version, or a package that is not installed.
    #[must_use]
    pub fn is_no_such_command(&self) -> bool {
        self.trap_says("no such command")
    }

    /// An item with that name or address exists already.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.trap_says("already exists") || self.trap_says("already have")
    }

    /// The command was ended by `/cancel`.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(
            self,
            Self::Trap {
                category: Some(Category::Interrupted),
                ..
            }
        ) || self.trap_says("interrupted")
    }

    fn trap_says(&self, words: &str) -> bool {
        matches!(self, Self::Trap { message, .. } if message.contains(words))
    }

    pub(crate) fn refusal(command: &str, category: Option<Category>, message: String) -> Self {
        let command = command.to_owned();
        if message.contains("not enough permissions") {
            Self::NotEnoughPermissions { command, message }
        } else {
            Self::Trap {
                command,
                category,
                message,
            }
        }
    }
}

impl From<CodecError> for Error {
    fn from(error: CodecError) -> Self {
        Self::Protocol {
            detail: error.to_string(),
        }
    }
}
