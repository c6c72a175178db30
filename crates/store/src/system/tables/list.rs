//! The tables that are carried: one that refers to another stands after it.

use super::{Column, Kind, Table};

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        may_be_null: false,
    }
}

const fn uuid(name: &'static str) -> Column {
    column(name, Kind::Uuid)
}

const fn whole(name: &'static str) -> Column {
    column(name, Kind::Whole)
}

const fn truth(name: &'static str) -> Column {
    column(name, Kind::Truth)
}

const fn text(name: &'static str) -> Column {
    column(name, Kind::Text)
}

const fn bytes(name: &'static str) -> Column {
    column(name, Kind::Bytes)
}

const fn running(name: &'static str) -> Column {
    column(name, Kind::Running)
}

impl Column {
    const fn or_null(self) -> Self {
        Self {
            may_be_null: true,
            ..self
        }
    }
}

const fn table(
    name: &'static str,
    key: &'static [&'static str],
    columns: &'static [Column],
) -> Table {
    Table { name, key, columns }
}

/// Every table but what is derived from others.
#[rustfmt::skip]
pub const TABLES: &[Table] = &[
    table("settings", &["name"], &[text("name"), text("value")]),
    table("counters", &["name"], &[text("name"), whole("value")]),
    table("editions", &["id"], &[
        text("id"), text("in_force_from"), text("body"), whole("published_at"),
    ]),
    table("regions", &["code"], &[
        text("code"), text("body"), whole("published_at"),
    ]),
    table("accounts", &["id"], &[
        uuid("id"), text("name"), text("region"), text("customer_number"), whole("created_at"),
    ]),
    table("partners", &["id"], &[
        uuid("id"), text("name"), whole("created_at"), text("about"), text("contact"),
        text("regions"), text("languages"), text("specialities"), truth("is_listed"),
    ]),
    table("delegations", &["account_id", "partner_id"], &[
        uuid("account_id"), uuid("partner_id"), text("kinds"), uuid("granted_by"),
        whole("granted_at"), whole("ends_at"), whole("removed_at").or_null(),
        truth("names_people"), whole("persons").or_null(), whole("next_timer_at").or_null(),
    ]),
    table("delegation_people", &["account_id", "partner_id", "person_id"], &[
        uuid("account_id"), uuid("partner_id"), uuid("person_id"), uuid("named_by"),
        whole("named_at"),
    ]),
    table("delegation_asks", &["account_id", "partner_id"], &[
        uuid("account_id"), uuid("partner_id"), uuid("asked_by"), whole("asked_at"),
        text("kinds"), truth("names_people"), whole("persons"), text("reason"),
        whole("lapses_at"), text("outcome").or_null(), whole("settled_at").or_null(),
    ]),
    table("people", &["id"], &[
        uuid("id"), text("email"), text("name"), text("language"), text("time_zone"),
        text("theme"), text("password_hash").or_null(), truth("is_active"),
        whole("created_at"),
    ]),
    table("memberships", &["organisation_id", "person_id", "role"], &[
        uuid("organisation_id"), uuid("person_id"), text("side"), text("role"),
    ]),
    table("sessions", &["token_hash"], &[
        bytes("token_hash"), uuid("id"), uuid("person_id"), text("side"),
        uuid("organisation_id"), uuid("acting_for").or_null(), text("how"), truth("is_strong"),
        text("network").or_null(), text("agent").or_null(), whole("created_at"),
        whole("seen_at"), whole("expires_at"),
    ]),
    table("api_tokens", &["token_hash"], &[
        bytes("token_hash"), uuid("person_id"), text("side"), uuid("organisation_id"),
        text("name"), whole("created_at"), whole("revoked_at").or_null(),
        uuid("acting_for").or_null(),
    ]),
    table("one_time_links", &["token_hash"], &[
        bytes("token_hash"), text("purpose"), uuid("person_id").or_null(), whole("created_at"),
        whole("expires_at"), whole("used_at").or_null(),
    ]),
    table("sign_in_failures", &["subject", "at"], &[
        text("subject"), whole("at"), whole("number"),
    ]),
    table("subscriptions", &["account_id", "id"], &[
        uuid("account_id"), uuid("id"), text("plan"), truth("is_trial"),
        text("offer").or_null(), text("additional_service").or_null(), whole("seats"),
        text("starts_on"), text("ends_on").or_null(),
    ]),
    table("cases", &["account_id", "id"], &[
        uuid("account_id"), uuid("id"), whole("number"), text("subject"), text("kind"),
        text("severity").or_null(), text("status"), text("channel"), uuid("requester_id"),
        uuid("assignee_id").or_null(), whole("opened_at"), whole("updated_at"),
        whole("last_public_at"), whole("closed_at").or_null(), whole("reopen_until").or_null(),
        whole("next_due_at").or_null(), text("next_metric").or_null(),
        truth("next_is_internal"), whole("queue_at").or_null(),
        whole("next_timer_at").or_null(), whole("revision"), text("data"),
    ]),
    table("entries", &["account_id", "case_id", "seq"], &[
        uuid("account_id"), uuid("case_id"), whole("seq"), whole("at"),
        uuid("actor_id").or_null(), text("side"), uuid("partner_id").or_null(),
        text("audience"), text("fact"),
    ]),
    table("milestones", &["account_id", "case_id", "metric", "is_internal", "cycle"], &[
        uuid("account_id"), uuid("case_id"), text("metric"), truth("is_internal"),
        whole("cycle"), text("severity").or_null(), text("state"), whole("started_at"),
        whole("due_at").or_null(), whole("settled_at").or_null(),
    ]),
    table("files", &["account_id", "case_id", "id"], &[
        uuid("account_id"), uuid("case_id"), uuid("id"), whole("seq"), text("audience"),
        text("name"), text("media_type"), whole("size"), bytes("sha256"),
        uuid("uploaded_by").or_null(), whole("uploaded_at"),
    ]),
    table("outbox", &["id"], &[
        running("id"), uuid("account_id"), uuid("case_id"), text("effect_key"),
        uuid("recipient_id"), text("kind"), whole("created_at"), whole("run_at"),
        whole("attempts"), whole("fence"), text("last_error").or_null(),
        whole("done_at").or_null(),
    ]),
    table("inbox", &["person_id", "id"], &[
        uuid("person_id"), whole("id"), uuid("account_id"), uuid("case_id"), text("kind"),
        whole("at"), whole("read_at").or_null(),
    ]),
    table("drafts", &["person_id", "case_id", "audience"], &[
        uuid("person_id"), uuid("case_id"), text("audience"), text("fields"),
        whole("saved_at"),
    ]),
    table("idempotency_keys", &["person_id", "idempotency_key"], &[
        uuid("person_id"), text("idempotency_key"), bytes("request_hash"), whole("status"),
        text("response"), whole("created_at"),
    ]),
    table("log_heads", &["chain"], &[uuid("chain"), whole("seq"), bytes("hash")]),
    table("log", &["account_id", "seq"], &[
        uuid("account_id"), whole("seq"), whole("at"), uuid("person_id").or_null(),
        uuid("partner_id").or_null(), text("network").or_null(), text("act"), text("subject"),
        uuid("subject_id").or_null(), text("subject_name").or_null(), text("was").or_null(),
        text("became").or_null(), text("reason").or_null(), bytes("hash").or_null(),
    ]),
    table("search_documents", &["id"], &[
        running("id"), uuid("account_id"), uuid("case_id"), whole("seq"),
    ]),
];
