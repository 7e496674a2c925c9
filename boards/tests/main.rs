mod caseload;
mod person_lookup;
