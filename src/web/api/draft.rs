use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
    transform::RecursiveTransform,
};
use serde_json::Value;

use super::openapi::{Body, Media, Named, Operation, Parameter, Reference, Response};
use crate::web::problem::Meets;

/// The types of all operations, as serde reads and as it writes them.
pub struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let generator = |contract| {
            let settings = SchemaSettings::draft2020_12().with(|s| {
                s.definitions_path = "/components/schemas".into();
                s.meta_schema = None;
                s.contract = contract;
            });
            settings
                .with_transform(RecursiveTransform(absent_is_no_null))
                .into_generator()
        };
        Self {
            read: generator(Contract::Deserialize),
            written: generator(Contract::Serialize),
        }
    }
}

impl Schemas {
    /// Those that have a name. One name has one meaning, whichever way it goes.
    pub fn named(mut self) -> Named {
        let mut named = self.written.take_definitions(true);
        for (name, schema) in self.read.take_definitions(true) {
            let known = named.entry(&name).or_insert_with(|| schema.clone());
            debug_assert_eq!(
                *known, schema,
                "{name} is read and written differently: make it two types"
            );
        }
        named
    }

    /// As an answer has it.
    pub fn written<T: JsonSchema>(&mut self) -> Schema {
        self.written.subschema_for::<T>()
    }
}

/// An operation while its handler's types tell of themselves.
pub struct Draft<'a> {
    path: &'static str,
    schemas: &'a mut Schemas,
    pub operation: Operation,
    /// What it has that may be refused.
    pub meets: Vec<Meets>,
}

impl<'a> Draft<'a> {
    /// `path` is that of the route, with its variable parts in braces.
    pub fn new(path: &'static str, schemas: &'a mut Schemas) -> Self {
        Self {
            path,
            schemas,
            operation: Operation::default(),
            meets: Vec::new(),
        }
    }

    /// The variable parts of the path: one value, or several in their order or by their names.
    pub fn path<T: JsonSchema>(&mut self) {
        let whole = T::json_schema(&mut self.schemas.read).to_value();
        let names = self.path.split('{').skip(1);
        let names = names.filter_map(|rest| rest.split(['}', ':']).next());
        for (n, name) in names.enumerate() {
            let part = whole
                .pointer(&format!("/properties/{name}"))
                .or_else(|| whole.pointer(&format!("/prefixItems/{n}")))
                .unwrap_or(&whole);
            let parameter = parameter("path", name, true, part.clone());
            self.operation.parameters.push(parameter);
        }
        self.meets.push(Meets::Path);
    }

    /// The query string, each field a parameter.
    pub fn query<T: JsonSchema>(&mut self) {
        let whole = T::json_schema(&mut self.schemas.read).to_value();
        let fields = whole["properties"].as_object().into_iter().flatten();
        for (name, field) in fields {
            let required = whole["required"].as_array();
            let required = required.is_some_and(|all| all.iter().any(|one| one == name));
            let parameter = parameter("query", name, required, without_null(field.clone()));
            self.operation.parameters.push(parameter);
        }
        self.meets.push(Meets::Query);
    }

    /// A header that a call may have.
    pub fn request_header(&mut self, name: &str, told: &str, schema: Schema) {
        let mut parameter = parameter("header", name, false, schema.to_value());
        parameter.description = told.to_owned();
        self.operation.parameters.push(parameter);
    }

    /// A body of this media type.
    pub fn body<T: JsonSchema>(&mut self, media: &'static str) {
        let schema = self.schemas.read.subschema_for::<T>();
        self.operation.request_body = Some(Body {
            required: true,
            description: description(&schema, self.schemas.read.definitions()).unwrap_or_default(),
            content: [(media, Media::of(schema))].into(),
        });
        self.meets.push(Meets::Body);
    }

    /// JSON of this type, whose documentation says what the answer is.
    pub fn answer<T: JsonSchema>(&mut self, status: u16) {
        let schema = self.schemas.written.subschema_for::<T>();
        let told = description(&schema, self.schemas.written.definitions());
        self.content(
            status,
            "application/json",
            schema,
            &told.unwrap_or_default(),
        );
    }

    /// Content as `schema` has it. Several media types of one status tell of themselves one after the other.
    pub fn content(&mut self, status: u16, media: &'static str, schema: Schema, told: &str) {
        let response = self.response(status, told);
        response.content.insert(media, Media::of(schema));
    }

    /// An answer without a body.
    pub fn empty(&mut self, status: u16, told: &str) {
        self.response(status, told);
    }

    /// A header of `components.headers` that answers of this status have.
    pub fn header(&mut self, status: u16, name: &'static str) {
        let response = self.response(status, "");
        response
            .headers
            .insert(name, Reference::to("headers", name));
    }

    fn response(&mut self, status: u16, told: &str) -> &mut Response {
        let response = self.operation.responses.entry(status).or_default();
        if !response.description.is_empty() && !told.is_empty() {
            response.description.push_str("\n\n");
        }
        response.description.push_str(told);
        response
    }
}

fn description(schema: &Schema, named: &Named) -> Option<String> {
    let name = schema.get("$ref").and_then(Value::as_str);
    let name = name.and_then(|to| to.rsplit('/').next());
    let whole = match name {
        Some(name) => named.get(name)?,
        None => schema.as_value(),
    };
    whole["description"].as_str().map(str::to_owned)
}

/// An option that may be left out is said to default to null. Where it is left out nothing is said at all: a change, for
/// one, leaves as it is what it does not name.
fn absent_is_no_null(schema: &mut Schema) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
}

/// What a schema says of itself is said of the parameter.
fn parameter(place: &'static str, name: &str, required: bool, mut schema: Value) -> Parameter {
    let mut take = |field: &str| schema.as_object_mut().and_then(|s| s.remove(field));
    let description = take("description");
    let example = take("examples").and_then(|all| all.get(0).cloned());
    Parameter {
        name: name.to_owned(),
        r#in: place,
        required,
        description: description
            .as_ref()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        schema: schema.try_into().unwrap_or_default(),
        example,
    }
}

/// A query has no null: what is optional is left out.
fn without_null(schema: Value) -> Value {
    let Value::Object(mut schema) = schema else {
        return schema;
    };
    schema.retain(|_, value| !value.is_null());
    for several in ["type", "enum", "anyOf"] {
        if let Some(Value::Array(all)) = schema.get_mut(several) {
            all.retain(|one| !(one.is_null() || one == "null" || one["type"] == "null"));
        }
    }
    if let Some([one]) = schema
        .get("type")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        let one = one.clone();
        schema.insert("type".to_owned(), one);
    }
    if let Some(Value::Array(mut all)) = schema.remove("anyOf") {
        match (all.len(), all.pop()) {
            (1, Some(Value::Object(one))) => schema.extend(one),
            (_, last) => {
                all.extend(last);
                schema.insert("anyOf".to_owned(), Value::Array(all));
            }
        }
    }
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_optional_in_a_query_is_never_null() {
        for (read, told) in [
            (
                json!({"type": ["integer", "null"], "minimum": 1, "default": null}),
                json!({"type": "integer", "minimum": 1}),
            ),
            (
                json!({"anyOf": [{"$ref": "#/a"}, {"type": "null"}], "description": "b"}),
                json!({"$ref": "#/a", "description": "b"}),
            ),
            (
                json!({"type": ["string", "null"], "enum": ["csv", null]}),
                json!({"type": "string", "enum": ["csv"]}),
            ),
            (json!(true), json!(true)),
        ] {
            assert_eq!(without_null(read), told);
        }
    }
}
