//! Rules over a Bundle (the invariants bdl-1 to bdl-8 that concern what a sender may get wrong).

use super::{Scan, Scanner};
use crate::issue::IssueCode;
use std::collections::HashSet;

impl Scanner<'_> {
    pub(super) fn check_bundle(&mut self, node: u32) -> Scan<()> {
        let kind = self.view().text_of(node, "type").unwrap_or_default().into_owned();
        if self.bundles == 0
            && let Some(at) = self.conditional.take()
            && kind != "transaction"
        {
            let text = "a reference by search (Type?…) may stand only inside a transaction Bundle";
            self.note_at(IssueCode::Value, at, text)?;
        }
        let asks = matches!(kind.as_str(), "transaction" | "batch");
        let mut urls = HashSet::new();
        let Some(member) = self.tables.member(self.tables.known.bundle, "entry") else {
            return Ok(());
        };
        let entries: Vec<u32> = self.view().values(node, member).collect();
        for entry in entries {
            self.check_entry(entry, &kind, asks)?;
            let tape = self.view();
            if let Some(url) = tape.text_of(entry, "fullUrl") {
                let version = tape
                    .child(entry, "resource")
                    .and_then(|resource| tape.child(resource, "meta"))
                    .and_then(|meta| tape.text_of(meta, "versionId"))
                    .unwrap_or_default();
                let fresh = urls.insert((url.to_string(), version.into_owned()));
                if !fresh && kind != "history" {
                    let text = "two entries have the same fullUrl; each entry of a Bundle has its own";
                    self.note_at(IssueCode::Duplicate, entry, text)?;
                }
            }
        }
        Ok(())
    }

    fn check_entry(&mut self, entry: u32, kind: &str, asks: bool) -> Scan<()> {
        let tape = self.view();
        let has = |name: &str| tape.child(entry, name).is_some();
        let (resource, request, response) = (has("resource"), has("request"), has("response"));
        let method = tape
            .child(entry, "request")
            .and_then(|request| tape.text_of(request, "method"));
        let versioned = tape
            .text_of(entry, "fullUrl")
            .is_some_and(|url| url.contains("/_history/"));
        let fault = if asks && !request {
            Some(format!(
                "each entry of a {kind} needs a `request` with method and url"
            ))
        } else if !asks && kind != "history" && request {
            Some(format!(
                "only entries of a transaction, batch or history have a `request`; this Bundle is a {kind}"
            ))
        } else if asks && !resource && matches!(method.as_deref(), Some("POST" | "PUT" | "PATCH")) {
            Some("an entry that creates or updates needs a `resource`".to_owned())
        } else if !resource && !request && !response {
            Some("an entry needs a `resource`, a `request` or a `response`".to_owned())
        } else if versioned {
            Some("fullUrl may not name a version".to_owned())
        } else {
            None
        };
        match fault {
            Some(text) => self.note_at(IssueCode::Invariant, entry, &text),
            None => Ok(()),
        }
    }
}
