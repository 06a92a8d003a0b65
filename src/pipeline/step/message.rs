//! `summary`, `comment`, `email`, `slack`: what a run tells people.

use crate::origin::At;
use crate::pipeline::reader::{Place, Reader};
use crate::pipeline::value::Value;

/// Markdown on the run's page.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The text.
    pub body: At<Value>,
}

/// One comment on the pull request, updated in place.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    /// The text, Markdown.
    pub body: At<Value>,
    /// Which comment it is, if a pipeline keeps several.
    pub topic: Option<At<String>>,
}

/// A mail over SMTP with TLS.
#[derive(Clone, Debug, PartialEq)]
pub struct Email {
    /// `smtps://host:465`.
    pub server: At<Value>,
    /// Who signs in.
    pub user: At<Value>,
    /// With what.
    pub password: At<Value>,
    /// The sender.
    pub from: At<Value>,
    /// Who gets it.
    pub to: At<Value>,
    /// What it is about.
    pub subject: At<Value>,
    /// The text.
    pub body: At<Value>,
}

/// A message to a Slack channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Slack {
    /// The incoming webhook: a secret.
    pub webhook: At<Value>,
    /// The text.
    pub text: At<Value>,
}

impl Summary {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        Some(Self { body: Value::read(reader, place)? })
    }
}

impl Comment {
    /// The secret with which notes are written on GitLab: the token of a job may only read them there.
    pub const GITLAB_SECRET: &'static str = "GITLAB_TOKEN";

    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["body", "topic"]);
        let topic = reader.text_of(place, "topic");
        Some(Self { body: Value::required(reader, place, "body")?, topic })
    }
}

impl Email {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["server", "user", "password", "from", "to", "subject", "body"]);
        let mut field = |name| Value::required(reader, place, name);
        let (server, user, password, from) = (field("server"), field("user"), field("password"), field("from"));
        let (to, subject, body) = (field("to"), field("subject"), field("body"));
        Some(Self { server: server?, user: user?, password: password?, from: from?, to: to?, subject: subject?, body: body? })
    }

    pub(super) fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        vec![
            ("email.server", &self.server),
            ("email.user", &self.user),
            ("email.password", &self.password),
            ("email.from", &self.from),
            ("email.to", &self.to),
            ("email.subject", &self.subject),
            ("email.body", &self.body),
        ]
    }
}

impl Slack {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["webhook", "text"]);
        let webhook = Value::required(reader, place, "webhook");
        let text = Value::required(reader, place, "text");
        Some(Self { webhook: webhook?, text: text? })
    }
}
