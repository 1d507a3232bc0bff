//! Files by their names, over all folders in which somebody has a role.

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Double, Text, Uuid},
};

use crate::{
    error::Result,
    ids::{FileId, FolderId},
    library::{
        files::model::{File, Hit, Passage, Query},
        model::Roles,
    },
    policy::{Permit, UseLibrary},
    schema::files,
};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: FileId,
    #[diesel(sql_type = Double)]
    score: f64,
    #[diesel(sql_type = Array<Text>)]
    letters: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    words: Vec<String>,
}

/// A file is found by every word of the query in its name. In which folders: `$2` those of roles, `$3` those of Editors, `$6`
/// those that are asked for, or none. An unlisted folder is met by its Editors alone, and so is what is in it, but for what lists
/// lead to from a role beneath it, and for whoever asks for a folder by its id.
///
/// The best first: the name itself, the name without its ending, what begins so, what has a word that begins so, the rest;
/// among them the shorter name.
const SEARCH: &str = r"
WITH sought AS MATERIALIZED (
    SELECT folded($4) AS text, ARRAY(SELECT folded(word) FROM unnest($5) word) AS words),
found AS (
    SELECT files.id, files.folded, files.name,
           CASE WHEN files.folded = text THEN 1.0
                WHEN starts_with(files.folded, text || '.') THEN 0.95
                WHEN starts_with(files.folded, text) THEN 0.6 + 0.3 * part
                WHEN position(' ' || text IN translate(files.folded, '_-.()[]', '       ')) > 0 THEN 0.4 + 0.3 * part
                ELSE 0.2 + 0.3 * part END AS score
    FROM sought
    JOIN files ON files.workspace_id = $1 AND files.trashed_at IS NULL
    JOIN folders ON folders.workspace_id = $1 AND folders.id = files.folder_id AND folders.trashed_at IS NULL
    CROSS JOIN LATERAL (SELECT least(1.0, char_length(text)::FLOAT8 / greatest(1, char_length(files.folded))) AS part) ratio
    WHERE letter_pairs(files.folded) @> ALL_PAIRS
      AND NOT EXISTS (SELECT FROM unnest(sought.words) word WHERE position(word IN files.folded) = 0)
      AND folders.path && $2
      AND (cardinality($6) = 0 OR folders.path && $6)
      AND (files.visibility = 'listed' OR folders.path && $3)
      AND NOT EXISTS (
          SELECT FROM folders above
          WHERE above.workspace_id = $1 AND above.id = ANY(folders.path) AND above.visibility = 'unlisted'
            AND NOT above.path && $3 AND NOT folders.path[cardinality(above.path) + 1:] && $2
            AND NOT folders.path[cardinality(above.path):] && $6)
    ORDER BY score DESC, files.folded, files.id
    LIMIT $7)
SELECT found.id, score::FLOAT8 AS score, words,
       ARRAY(SELECT folded(substr(found.name, n, 1)) FROM generate_series(1, char_length(found.name)) n ORDER BY n) AS letters
FROM found, sought
ORDER BY score DESC, found.folded, found.id";

/// Computed before, so that the plan knows that it is a constant.
const PAIRS: &str = "ARRAY(SELECT unnest(sought_pairs(folded(word))) FROM unnest($5) word)";

/// The best `most`. `within`: in these folders only; none: in all.
pub fn search(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    (roles, within): (&Roles, &[FolderId]),
    query: &Query,
    most: i64,
) -> Result<Vec<Hit>> {
    let rows = sql_query(SEARCH.replace("ALL_PAIRS", PAIRS))
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Array<Uuid>, _>(roles.ids())
        .bind::<Array<Uuid>, _>(roles.edited())
        .bind::<Text, _>(query.text())
        .bind::<Array<Text>, _>(query.words())
        .bind::<Array<Uuid>, _>(within)
        .bind::<BigInt, _>(most)
        .load::<Row>(conn)?;
    let ids: Vec<FileId> = rows.iter().map(|row| row.id).collect();
    let mut found: std::collections::HashMap<FileId, File> = files::table
        .filter(files::workspace_id.eq(permit.workspace()))
        .filter(files::id.eq_any(&ids))
        .select(File::as_select())
        .load(conn)?
        .into_iter()
        .map(|file: File| (file.id, file))
        .collect();
    let hit = |row: Row| {
        let file = found.remove(&row.id)?;
        let letters: Vec<(char, String)> = file.name.chars().zip(row.letters).collect();
        Some(Hit {
            passage: Passage::of(&letters, &row.words),
            score: (row.score * 100.0).round() / 100.0,
            file,
        })
    };
    Ok(rows.into_iter().filter_map(hit).collect())
}
