// SPDX-License-Identifier: Apache-2.0
#include "core/parameters_description.h"

#include <nlohmann/json.hpp>

namespace lacuna {
inline namespace core {
namespace {

using Json = nlohmann::ordered_json;

std::string below(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + '.' + name;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : " | ") + name;
  }
  return text;
}

/// The type at the bottom of lists and maps.
const ValueDescription& innermost(const ValueDescription& value) {
  return value.element.empty() ? value : innermost(value.element.front());
}

std::string allowed_text(const FieldDescription& field) {
  std::string text = joined(field.choices.empty() ? innermost(field.value).choices : field.choices);
  if (!field.least.empty()) {
    text += (text.empty() ? "" : ", ") + field.least + " .. " + field.most;
  }
  if (field.positive) {
    text += text.empty() ? "> 0" : ", > 0";
  }
  return text;
}

/// "layers" -> "layers[]", "ports" -> "ports.<name>", as deep as lists and maps nest.
std::string element_path(const ValueDescription& value, const std::string& path) {
  if (value.element.empty()) {
    return path;
  }
  return element_path(value.element.front(),
                      value.kind == ValueKind::list ? path + "[]" : below(path, "<name>"));
}

void add_fields(const ValueDescription& group, const std::string& path,
                std::vector<ParameterDocumentation>& out) {
  for (const FieldDescription& field : group.fields) {
    const std::string where = below(path, field.name);
    const ValueDescription& element = innermost(field.value);
    if (field.value.kind != ValueKind::group) {
      out.push_back({where, field.value.type, element.unit, field.default_text, allowed_text(field),
                     field.doc, field.required});
    }
    if (element.kind == ValueKind::group) {
      add_fields(element, element_path(field.value, where), out);
    }
  }
}

Json schema_of(const ValueDescription& value, const FieldDescription* rules);

Json group_schema(const ValueDescription& group) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const FieldDescription& field : group.fields) {
    Json schema = schema_of(field.value, &field);
    schema["description"] = field.doc;
    if (!field.default_text.empty() && field.value.element.empty()) {
      const bool literal = field.value.kind == ValueKind::whole ||
                           field.value.kind == ValueKind::number ||
                           field.value.kind == ValueKind::boolean;
      schema["default"] =
          literal ? Json::parse(field.default_text, nullptr, false) : Json(field.default_text);
    }
    properties[field.name] = std::move(schema);
    if (field.required) {
      required.push_back(field.name);
    }
  }
  Json schema = {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
  if (!required.empty()) {
    schema["required"] = required;
  }
  return schema;
}

void add_rules(const FieldDescription& rules, bool numeric, Json& schema) {
  if (!rules.choices.empty()) {
    Json choices = Json::array();
    for (const std::string& choice : rules.choices) {
      choices.push_back(numeric ? Json::parse(choice, nullptr, false) : Json(choice));
    }
    schema["enum"] = choices;
  }
  if (numeric && !rules.least.empty()) {
    schema["minimum"] = Json::parse(rules.least, nullptr, false);
    schema["maximum"] = Json::parse(rules.most, nullptr, false);
  }
  if (numeric && rules.positive) {
    schema["exclusiveMinimum"] = 0;
  }
}

Json schema_of(const ValueDescription& value, const FieldDescription* rules) {
  Json schema = Json::object();
  switch (value.kind) {
    case ValueKind::any:
      return schema;
    case ValueKind::group:
      return group_schema(value);
    case ValueKind::list:
      return {{"type", "array"}, {"items", schema_of(value.element.front(), rules)}};
    case ValueKind::map:
      return {{"type", "object"},
              {"additionalProperties", schema_of(value.element.front(), rules)}};
    case ValueKind::choice:
      schema["enum"] = value.choices;
      return schema;
    case ValueKind::boolean:
      schema["type"] = "boolean";
      break;
    case ValueKind::whole:
      schema["type"] = "integer";
      break;
    case ValueKind::number:
      schema["type"] = "number";
      break;
    case ValueKind::text:
    case ValueKind::quantity:
      schema["type"] = "string";
      break;
  }
  add_rules(*rules, value.kind == ValueKind::whole || value.kind == ValueKind::number, schema);
  return schema;
}

}  // namespace

std::vector<ParameterDocumentation> flatten(const ValueDescription& group,
                                            const std::string& path) {
  std::vector<ParameterDocumentation> out;
  add_fields(group, path, out);
  return out;
}

std::string schema_text(const ValueDescription& group, const std::string& title) {
  constexpr int indent = 2;
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(group_schema(group));
  return schema.dump(indent) + '\n';
}

}  // namespace core
}  // namespace lacuna
