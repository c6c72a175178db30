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
    table("description_drafts", &["id"], &[
        uuid("id"), text("sort").or_null(), text("name"), text("content"), whole("revision"),
        uuid("made_by"), whole("made_at"), uuid("changed_by"), whole("changed_at"),
        whole("published_at").or_null(),
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
        truth("covers_all"),
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
        whole("created_at"), truth("is_service"), uuid("home_id").or_null(),
        uuid("chosen_id").or_null(), whole("entered_at").or_null(),
    ]),
    table("memberships", &["organisation_id", "person_id", "role"], &[
        uuid("organisation_id"), uuid("person_id"), text("side"), text("role"),
        whole("deactivated_at").or_null(), whole("seen_at").or_null(),
    ]),
    table("sessions", &["token_hash"], &[
        bytes("token_hash"), uuid("id"), uuid("person_id"), text("side"),
        uuid("organisation_id"), uuid("acting_for").or_null(), text("how"), truth("is_strong"),
        text("network").or_null(), text("agent").or_null(), whole("created_at"),
        whole("seen_at"), whole("expires_at"), whole("proved_at").or_null(),
        uuid("viewing_as").or_null(), uuid("viewing_account").or_null(),
        whole("viewing_until").or_null(), text("viewing_reason").or_null(),
    ]),
    table("api_tokens", &["token_hash"], &[
        bytes("token_hash"), uuid("person_id"), text("side"), uuid("organisation_id"),
        text("name"), whole("created_at"), whole("revoked_at").or_null(), uuid("id").or_null(),
        uuid("made_by").or_null(), uuid("acting_for").or_null(), whole("expires_at").or_null(),
        whole("used_at").or_null(),
    ]),
    table("colleagues", &["person_id"], &[
        uuid("person_id"), text("leads"), text("skills"), text("languages"),
    ]),
    table("approvals", &["id"], &[
        uuid("id"), text("what"), uuid("asked_by"), text("reason"), whole("asked_at"),
        whole("expires_at"), text("state"), uuid("decided_by").or_null(),
        whole("decided_at").or_null(),
    ]),
    table("one_time_links", &["token_hash"], &[
        bytes("token_hash"), text("purpose"), uuid("person_id").or_null(), whole("created_at"),
        whole("expires_at"), whole("used_at").or_null(), text("side").or_null(),
        uuid("organisation_id").or_null(), text("roles").or_null(), uuid("made_by").or_null(),
    ]),
    table("reset_requests", &["person_id"], &[
        uuid("person_id"), whole("asked_at"), text("network").or_null(),
    ]),
    table("known_devices", &["device_hash", "person_id"], &[
        bytes("device_hash"), uuid("person_id"), whole("seen_at"),
    ]),
    table("sign_in_tries", &["subject"], &[
        bytes("subject"), whole("failed"), whole("last_at"), whole("open_at"),
    ]),
    table("passkeys", &["credential_id"], &[
        bytes("credential_id"), uuid("id"), uuid("person_id"), text("name"), text("credential"),
        whole("made_at"), whole("used_at").or_null(),
    ]),
    table("code_apps", &["person_id"], &[
        uuid("person_id"), bytes("secret"), whole("last_step"), whole("made_at"),
    ]),
    table("recovery_codes", &["person_id", "code_hash"], &[
        uuid("person_id"), bytes("code_hash"), whole("made_at"), whole("used_at").or_null(),
    ]),
    table("ceremonies", &["token_hash"], &[
        bytes("token_hash"), text("purpose"), uuid("person_id").or_null(), text("state"),
        whole("expires_at"),
    ]),
    table("required_factors", &["organisation_id", "role"], &[
        uuid("organisation_id"), text("role"),
    ]),
    table("providers", &["account_id", "id"], &[
        uuid("account_id"), uuid("id"), text("name"), text("issuer"), text("client_id"),
        text("client_secret"), truth("trusts_factors"), truth("is_only"), truth("is_enabled"),
        whole("tested_at").or_null(), whole("created_at"),
    ]),
    table("identities", &["account_id", "issuer", "subject"], &[
        uuid("account_id"), text("issuer"), text("subject"), uuid("id"), uuid("person_id"),
        text("name"), whole("linked_at"), whole("used_at").or_null(),
    ]),
    table("domains", &["account_id", "domain"], &[
        uuid("account_id"), text("domain"), text("proof"), whole("claimed_at"),
        whole("verified_at").or_null(), whole("looked_at").or_null(),
    ]),
    table("verified_domains", &["domain"], &[text("domain"), uuid("organisation_id")]),
    table("provider_attempts", &["state_hash"], &[
        bytes("state_hash"), bytes("browser_hash"), uuid("organisation_id"), uuid("provider_id"),
        text("purpose"), uuid("person_id").or_null(), bytes("link_hash").or_null(), text("nonce"),
        text("verifier"), text("back"), whole("expires_at"),
    ]),
    table("subscriptions", &["account_id", "id"], &[
        uuid("account_id"), uuid("id"), text("plan"), truth("is_trial"),
        text("offer").or_null(), text("additional_service").or_null(), whole("seats"),
        text("starts_on"), text("ends_on").or_null(),
    ]),
    table("delegation_subscriptions", &["account_id", "partner_id", "subscription_id"], &[
        uuid("account_id"), uuid("partner_id"), uuid("subscription_id"),
    ]),
    table("telephones", &["account_id", "person_id"], &[
        uuid("account_id"), uuid("person_id"), text("number"), whole("changed_at"),
        whole("verified_at").or_null(), text("how").or_null(), uuid("verified_by").or_null(),
        text("code_hash").or_null(), whole("code_until").or_null(), whole("code_tries"),
    ]),
    table("telephone_pins", &["account_id"], &[
        uuid("account_id"), text("hash"), whole("made_at"), uuid("made_by"), whole("failures"),
        whole("wait_until").or_null(),
    ]),
    table("callers", &["account_id", "id"], &[
        uuid("account_id"), uuid("id"), uuid("person_id"), text("how"), whole("at"),
        uuid("verified_by"),
    ]),
    table("cases", &["account_id", "id"], &[
        uuid("account_id"), uuid("id"), whole("number"), text("subject"), text("kind"),
        text("severity").or_null(), text("status"), text("channel"), uuid("requester_id"),
        uuid("assignee_id").or_null(), whole("opened_at"), whole("updated_at"),
        whole("last_public_at"), whole("closed_at").or_null(), whole("reopen_until").or_null(),
        whole("next_due_at").or_null(), text("next_metric").or_null(),
        truth("next_is_internal"), whole("queue_at").or_null(),
        whole("next_timer_at").or_null(), whole("revision"), text("data"),
        uuid("subscription_id").or_null(),
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
    table("participants", &["account_id", "case_id", "person_id"], &[
        uuid("account_id"), uuid("case_id"), uuid("person_id"), text("side"), whole("from_seq"),
        whole("added_at"), uuid("added_by").or_null(), whole("removed_at").or_null(),
    ]),
    table("files", &["account_id", "case_id", "id"], &[
        uuid("account_id"), uuid("case_id"), uuid("id"), whole("seq"), text("audience"),
        text("name"), text("media_type"), whole("size"), bytes("sha256"),
        uuid("uploaded_by").or_null(), whole("uploaded_at"), truth("is_confidential"),
    ]),
    table("internal_requests", &["account_id", "id"], &[
        uuid("account_id"), uuid("id"), uuid("requester_id"), text("subject"), text("status"),
        uuid("taken_by").or_null(), uuid("case_id").or_null(), whole("opened_at"),
        whole("updated_at"), whole("closed_at").or_null(), whole("queue_at").or_null(),
        whole("revision"), text("data"),
    ]),
    table("internal_entries", &["account_id", "request_id", "seq"], &[
        uuid("account_id"), uuid("request_id"), whole("seq"), whole("at"),
        uuid("person_id").or_null(), text("party"), text("fact"),
    ]),
    table("internal_files", &["account_id", "request_id", "id"], &[
        uuid("account_id"), uuid("request_id"), uuid("id"), whole("seq"), text("name"),
        text("media_type"), whole("size"), bytes("sha256"), uuid("uploaded_by").or_null(),
        whole("uploaded_at"), truth("is_confidential"),
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
