//! The roles of the second wall, and whether it stands.
//!
//! `mainstay_owner` owns the tables and changes them, `mainstay_app` works with rows of accounts
//! it was let to, `mainstay_sweeper` with those of all. Nobody signs in as one of them: the role
//! of the address becomes them.

use tokio_postgres::Client;

use super::address::Address;
use crate::db::error::Error;

/// Owns the tables.
pub(super) const OWNER: &str = "mainstay_owner";
/// Works with rows of accounts it was let to.
pub(super) const APP: &str = "mainstay_app";
/// Works with rows of all accounts.
pub(super) const SWEEPER: &str = "mainstay_sweeper";
/// All of them.
const ROLES: [&str; 3] = [OWNER, APP, SWEEPER];

/// Makes the roles that are not there, if the role of the address may, and lets the owner make
/// tables.
pub(super) async fn raise(address: &Address, client: &Client) -> Result<(), Error> {
    let explain = |error: tokio_postgres::Error| address.explain(&error);
    for role in ROLES {
        // Another node may make it at the same time, for another database of the server.
        let make = format!(
            "DO $$ BEGIN
                 IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN
                     CREATE ROLE {role} NOLOGIN;
                 END IF;
                 IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
                     GRANT {role} TO CURRENT_USER;
                 END IF;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        );
        if client.batch_execute(&make).await.is_err() {
            return Err(address.refused(
                format!("its role may not become `{role}`"),
                "Let the administrator of the server say: CREATE ROLE mainstay_owner; CREATE \
                 ROLE mainstay_app; CREATE ROLE mainstay_sweeper; GRANT mainstay_owner, \
                 mainstay_app, mainstay_sweeper TO the role of the address.",
            ));
        }
    }
    let lend = format!(
        "DO $$ BEGIN
             IF NOT has_schema_privilege('{OWNER}', current_schema(), 'CREATE') THEN
                 EXECUTE format('GRANT CREATE, USAGE ON SCHEMA %I TO {OWNER}', current_schema());
             END IF;
             IF NOT has_schema_privilege('{APP}', current_schema(), 'USAGE')
                OR NOT has_schema_privilege('{SWEEPER}', current_schema(), 'USAGE') THEN
                 EXECUTE format('GRANT USAGE ON SCHEMA %I TO {APP}, {SWEEPER}', current_schema());
             END IF;
         END $$"
    );
    client.batch_execute(&lend).await.map_err(explain)
}

/// Lets the working roles at the rows, as the owner.
pub(super) async fn open(address: &Address, client: &Client) -> Result<(), Error> {
    let open = format!(
        "DO $$ DECLARE place text := quote_ident(current_schema()); BEGIN
             EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ' || place
                 || ' TO {APP}, {SWEEPER}';
             EXECUTE 'GRANT USAGE ON ALL SEQUENCES IN SCHEMA ' || place || ' TO {APP}, {SWEEPER}';
             EXECUTE 'GRANT UPDATE ON ALL SEQUENCES IN SCHEMA ' || place || ' TO {SWEEPER}';
             REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM {APP}, {SWEEPER};
         END $$"
    );
    let opened = client.batch_execute(&open).await;
    opened.map_err(|error| address.explain(&error))
}

/// Looks, as the application, whether the wall stands: it must see no row without a reach.
pub(super) async fn check(address: &Address, client: &Client) -> Result<(), Error> {
    let explain = |error: tokio_postgres::Error| address.explain(&error);
    let become_app = format!("SET ROLE {APP}");
    client.batch_execute(&become_app).await.map_err(explain)?;
    let ask = "SELECT CAST(c.relname AS text),
            NOT c.relrowsecurity OR NOT c.relforcerowsecurity
            OR NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)
            OR pg_has_role(current_user, c.relowner, 'MEMBER')
         FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id'
         WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')";
    let tables = client.query(ask, &[]).await.map_err(explain)?;
    let powers = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    let row = client.query_one(powers, &[]).await.map_err(explain)?;
    if row.get(0) {
        return Err(address.refused(
            format!("`{APP}` passes by row security"),
            "Take that away: ALTER ROLE mainstay_app NOSUPERUSER NOBYPASSRLS.",
        ));
    }
    let powers = "SELECT rolsuper FROM pg_roles WHERE rolname = session_user";
    let row = client.query_one(powers, &[]).await.map_err(explain)?;
    if row.get(0) {
        tracing::warn!(
            "the role of the database's address rules the whole server; give Mainstay one of its own"
        );
    }
    for table in tables {
        let (name, is_open): (String, bool) = (table.get(0), table.get(1));
        let seen = format!("SELECT EXISTS (SELECT 1 FROM \"{name}\")");
        let row = client.query_one(&seen, &[]).await.map_err(explain)?;
        if is_open || row.get(0) {
            return Err(address.refused(
                format!("the rows of all accounts in `{name}` can be seen without a reach"),
                "Mainstay does not run without its second wall. Let mainstay_owner own every \
                 table, with the policies of its migrations and FORCE ROW LEVEL SECURITY.",
            ));
        }
    }
    Ok(())
}
