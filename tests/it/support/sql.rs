//! The database behind a test, past the application: for scenes, and for what no page may show.

use std::collections::BTreeMap;

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection,
    sql_query, sql_types::Text,
};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Every row of every table as text, by table.
pub type Dump = BTreeMap<String, Vec<String>>;

pub struct Sql(PgConnection);

impl Sql {
    pub fn connect(url: &str) -> Self {
        Self(PgConnection::establish(url).expect("the database of the tests"))
    }

    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    /// One statement or several.
    #[track_caller]
    pub fn execute(&mut self, statements: &str) {
        if let Err(error) = self.try_execute(statements) {
            panic!("{error}: {statements}");
        }
    }

    pub fn try_execute(&mut self, statements: &str) -> diesel::QueryResult<()> {
        self.0.batch_execute(statements)
    }

    /// The values of a query of one column, which is to be called `line` and a text.
    #[track_caller]
    pub fn lines(&mut self, query: &str) -> Vec<String> {
        let found = sql_query(query).load::<Line>(&mut self.0);
        let found = found.unwrap_or_else(|error| panic!("{error}: {query}"));
        found.into_iter().map(|row| row.line).collect()
    }

    /// The one value of such a query.
    #[track_caller]
    pub fn line(&mut self, query: &str) -> String {
        let mut found = self.lines(query);
        assert_eq!(found.len(), 1, "{query}");
        found.remove(0)
    }

    /// The tables of the application; a partition belongs to its table.
    pub fn tables(&mut self) -> Vec<String> {
        self.lines(
            "SELECT relname::text AS line FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
               AND relname <> '__diesel_schema_migrations'
             ORDER BY 1",
        )
    }

    pub fn dump(&mut self) -> Dump {
        self.dump_without(&[])
    }

    pub fn dump_without(&mut self, left_out: &[&str]) -> Dump {
        let tables = self.tables();
        for name in left_out {
            assert!(tables.iter().any(|t| t == name), "no table {name}");
        }
        tables
            .into_iter()
            .filter(|table| !left_out.contains(&table.as_str()))
            .map(|table| {
                let rows = self.lines(&format!("SELECT t::text AS line FROM {table} t ORDER BY 1"));
                (table, rows)
            })
            .collect()
    }
}
