// SPDX-License-Identifier: Apache-2.0
#include "core/parameters_fields.h"

#include <algorithm>

namespace lacuna {
inline namespace core {

std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

std::string value_text(const Node& node) {
  if (node.is_scalar()) {
    return node.scalar.empty() ? "''" : node.scalar;
  }
  if (node.is_sequence()) {
    std::string text;
    for (const Node& item : node.items) {
      text += (text.empty() ? "" : ", ") + value_text(item);
    }
    return '[' + text + ']';
  }
  return {};
}

const Field* FieldTable::find(const std::string& name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&name](const auto& field) { return field->name() == name; });
  return found == fields_.end() ? nullptr : found->get();
}

std::vector<std::string> FieldTable::names() const {
  std::vector<std::string> all;
  for (const std::unique_ptr<Field>& field : fields_) {
    all.push_back(field->name());
  }
  return all;
}

void FieldTable::add(std::unique_ptr<Field> field) {
  if (find(field->name()) != nullptr) {
    throw model_error("parameter '" + field->name() + "' is described twice");
  }
  fields_.push_back(std::move(field));
}

bool FieldTable::read(void* params, const Node& node, const std::string& path,
                      Diagnostics& diagnostics,
                      const std::vector<std::string>& foreign_keys) const {
  if (!expect_mapping(node, path, diagnostics)) {
    return false;
  }
  bool ok = true;
  for (const Node::Entry& entry : node.entries) {
    const std::string where = join_path(path, entry.key);
    if (const Field* field = find(entry.key)) {
      ok = field->read(params, entry.value, where, diagnostics) && ok;
    } else if (std::find(foreign_keys.begin(), foreign_keys.end(), entry.key) ==
               foreign_keys.end()) {
      std::vector<std::string> known = names();
      known.insert(known.end(), foreign_keys.begin(), foreign_keys.end());
      diagnostics.add(entry.key_place, where,
                      "unknown parameter " + in_quotes(entry.key) + suggestion(entry.key, known));
      ok = false;
    }
  }
  for (const std::unique_ptr<Field>& field : fields_) {
    if (field->is_required() && node.find(field->name()) == nullptr) {
      diagnostics.add(node.place, join_path(path, field->name()),
                      "required parameter '" + field->name() + "' is missing");
      ok = false;
    }
  }
  return ok;
}

Node FieldTable::write(const void* params) const {
  Node node = Node::make_mapping();
  for (const std::unique_ptr<Field>& field : fields_) {
    Node value = field->write(params);
    if (!value.is_null()) {
      add_entry(node, field->name(), std::move(value));
    }
  }
  return node;
}

ValueDescription FieldTable::describe(const void* params) const {
  ValueDescription group{ValueKind::group, "group", {}, {}, {}, {}};
  for (const std::unique_ptr<Field>& field : fields_) {
    group.fields.push_back(field->describe(params));
  }
  return group;
}

template class FieldOf<bool>;
template class FieldOf<int>;
template class FieldOf<unsigned>;
template class FieldOf<std::int64_t>;
template class FieldOf<std::uint64_t>;
template class FieldOf<double>;
template class FieldOf<std::string>;
template class FieldOf<Bytes>;
template class FieldOf<Cycles>;
template class FieldOf<Energy>;
template class FieldOf<Frequency>;
template class FieldOf<Time>;

}  // namespace core
}  // namespace lacuna
