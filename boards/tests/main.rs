mod person_lookup;
