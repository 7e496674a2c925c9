//! The tables: names, columns and types, in Parquet's own schema language.

/// Buckets in a shard.
pub(super) const BUCKETS: usize = 64;
/// Shards of an export.
pub(super) const SHARDS: usize = 16;
/// The dictionary's file.
pub(super) const CODES: &str = "codes.parquet";
pub(super) const CODES_SCHEMA: &str = "message codes {
    required int32 number;
    required binary system (UTF8);
    required binary code (UTF8);
}";

/// A table of a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    People,
    Coded,
    Measured,
    Courses,
    Contacts,
}

impl Table {
    pub(super) const ALL: [Table; 5] = [
        Table::People,
        Table::Coded,
        Table::Measured,
        Table::Courses,
        Table::Contacts,
    ];

    pub(super) fn file(self, shard: usize) -> String {
        let name = match self {
            Table::People => "people",
            Table::Coded => "coded",
            Table::Measured => "measured",
            Table::Courses => "courses",
            Table::Contacts => "contacts",
        };
        format!("{name}-{shard:02}.parquet")
    }

    pub(super) fn schema(self) -> &'static str {
        match self {
            Table::People => {
                "message people {
                    required int32 bucket (INTEGER(16,false));
                    required int32 person;
                    optional int32 birth (DATE);
                    optional int32 death (DATE);
                    required int32 sex (INTEGER(8,false));
                    required int32 ethnicity (INTEGER(8,false));
                    required int32 verification (INTEGER(8,false));
                    required int32 flags (INTEGER(32,false));
                    required int32 unread (INTEGER(16,false));
                    required int32 area;
                    required int32 practice;
                    optional int32 read_with_bucket (INTEGER(16,false));
                    optional int32 read_with_person;
                }"
            }
            Table::Coded => {
                "message coded {
                    required int32 person;
                    required int32 code;
                    optional int32 day (DATE);
                    required int32 sort (INTEGER(8,false));
                    required int32 mark (INTEGER(8,false));
                    required int32 bucket (INTEGER(16,false));
                }"
            }
            Table::Measured => {
                "message measured {
                    required int32 person;
                    required int32 code;
                    optional int32 day (DATE);
                    optional float value;
                    required int32 mark (INTEGER(8,false));
                    required int32 bucket (INTEGER(16,false));
                }"
            }
            Table::Courses => {
                "message courses {
                    required int32 person;
                    required int32 code;
                    optional int32 start (DATE);
                    optional int32 end (DATE);
                    required int32 current (INTEGER(8,false));
                    required int32 mark (INTEGER(8,false));
                    required int32 bucket (INTEGER(16,false));
                }"
            }
            Table::Contacts => {
                "message contacts {
                    required int32 person;
                    optional int32 start (DATE);
                    optional int32 end (DATE);
                    required int32 class (INTEGER(8,false));
                    required int32 mark (INTEGER(8,false));
                    required int32 bucket (INTEGER(16,false));
                }"
            }
        }
    }
}
