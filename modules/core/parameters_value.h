// SPDX-License-Identifier: Apache-2.0
// How each kind of value is read from a document, written to it and described: ParameterValue<V>.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/document.h"
#include "core/error.h"
#include "core/parameters_description.h"
#include "core/units.h"

namespace lacuna {
inline namespace core {

/// "path.name", or the name at the root.
std::string join_path(const std::string& path, const std::string& name);
/// "path[index]".
std::string item_path(const std::string& path, std::size_t index);
/// What stands at a node, for messages: "'32'", "a list", "nothing".
std::string what_stands(const Node& node);
/// Whether the node is a list (mapping); reports when it is not.
bool expect_list(const Node& node, const std::string& path, Diagnostics& diagnostics);
bool expect_mapping(const Node& node, const std::string& path, Diagnostics& diagnostics);

/// Appends to a mapping that lacks the key.
void add_entry(Node& mapping, const std::string& key, Node value);

namespace detail {

template <class D, class R>
std::true_type quantity_test(const Quantity<D, R>*);
std::false_type quantity_test(const void*);

template <class T, class = void>
struct IsDescribed : std::false_type {};
struct AnyDescription;
template <class T>
struct IsDescribed<T, std::void_t<decltype(T::describe(std::declval<AnyDescription&>()))>>
    : std::true_type {};

}  // namespace detail

template <class V>
inline constexpr bool is_quantity =
    decltype(detail::quantity_test(static_cast<V*>(nullptr)))::value;
/// Whether T has a static describe(Description&).
template <class T>
inline constexpr bool is_described = detail::IsDescribed<T>::value;
/// One text in the document: numbers, bool, text, quantities.
template <class V>
inline constexpr bool is_simple_value =
    std::is_arithmetic_v<V> || std::is_same_v<V, std::string> || is_quantity<V>;

/// Called with every simple value inside of a field, and where it stands.
template <class Element>
using ValueVisitor =
    std::function<void(const Element& value, const Node& node, const std::string& path)>;

/// Primary template: a type that cannot be a parameter.
template <class V, class = void>
struct ParameterValue {
  static_assert(sizeof(V) == 0, "this type cannot be a parameter; see core/parameters.h");
};

/// Defined and instantiated in parameters_simple.cpp.
template <class V>
struct ParameterValue<V, std::enable_if_t<is_simple_value<V>>> {
  using Element = V;
  static bool read(const Node& node, const std::string& path, Diagnostics& diagnostics, V& value);
  static Node write(const V& value);
  static ValueDescription describe(const V& value);
  static void visit(const V& value, const Node& node, const std::string& path,
                    const ValueVisitor<V>& visitor) {
    visitor(value, node, path);
  }
};

/// A value of an enum and its name in files.
template <class E>
struct EnumName {
  std::string_view name;
  E value;
};

/// To be specialised for an enum that is a parameter: `static std::vector<EnumName<E>> table()`.
template <class E>
struct EnumNames;

/// The name of a value. @throws Error (stuck) when the table lacks it
template <class E, class = std::enable_if_t<std::is_enum_v<E>>>
std::string name_of_value(E value) {
  for (const EnumName<E>& entry : EnumNames<E>::table()) {
    if (entry.value == value) {
      return std::string(entry.name);
    }
  }
  throw model_error("an enum value has no name");
}

template <class E, class = std::enable_if_t<std::is_enum_v<E>>>
std::optional<E> value_of_name(std::string_view name) {
  for (const EnumName<E>& entry : EnumNames<E>::table()) {
    if (entry.name == name) {
      return entry.value;
    }
  }
  return std::nullopt;
}

/// Reports that the node is none of the names.
void report_choice(const Node& node, const std::string& path, Diagnostics& diagnostics,
                   const std::vector<std::string>& names);

template <class E>
struct ParameterValue<E, std::enable_if_t<std::is_enum_v<E>>> {
  using Element = E;
  static std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const EnumName<E>& entry : EnumNames<E>::table()) {
      all.emplace_back(entry.name);
    }
    return all;
  }
  static bool read(const Node& node, const std::string& path, Diagnostics& diagnostics, E& value) {
    const std::optional<E> found = node.is_scalar() ? value_of_name<E>(node.scalar) : std::nullopt;
    if (!found) {
      report_choice(node, path, diagnostics, names());
      return false;
    }
    value = *found;
    return true;
  }
  static Node write(const E& value) { return Node::make_scalar(name_of_value(value)); }
  static ValueDescription describe(const E& /*value*/) {
    return {ValueKind::choice, "choice", {}, names(), {}, {}};
  }
  static void visit(const E& value, const Node& node, const std::string& path,
                    const ValueVisitor<E>& visitor) {
    visitor(value, node, path);
  }
};

template <class V>
struct ParameterValue<std::vector<V>> {
  using Element = typename ParameterValue<V>::Element;
  static bool read(const Node& node, const std::string& path, Diagnostics& diagnostics,
                   std::vector<V>& value) {
    if (!expect_list(node, path, diagnostics)) {
      return false;
    }
    bool ok = true;
    std::vector<V> items;
    items.reserve(node.items.size());
    for (const Node& item : node.items) {
      V element{};
      ok = ParameterValue<V>::read(item, item_path(path, items.size()), diagnostics, element) && ok;
      items.push_back(std::move(element));
    }
    if (ok) {
      value = std::move(items);
    }
    return ok;
  }
  static Node write(const std::vector<V>& value) {
    Node node = Node::make_sequence();
    for (const V& element : value) {
      node.items.push_back(ParameterValue<V>::write(element));
    }
    return node;
  }
  static ValueDescription describe(const std::vector<V>& /*value*/) {
    ValueDescription element = ParameterValue<V>::describe(V{});
    std::string type = "list of " + element.type;
    return {ValueKind::list, std::move(type), {}, {}, {std::move(element)}, {}};
  }
  static void visit(const std::vector<V>& value, const Node& node, const std::string& path,
                    const ValueVisitor<Element>& visitor) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      ParameterValue<V>::visit(value[i], node.items[i], item_path(path, i), visitor);
    }
  }
};

template <class V>
struct ParameterValue<std::map<std::string, V>> {
  using Element = typename ParameterValue<V>::Element;
  static bool read(const Node& node, const std::string& path, Diagnostics& diagnostics,
                   std::map<std::string, V>& value) {
    if (!expect_mapping(node, path, diagnostics)) {
      return false;
    }
    bool ok = true;
    std::map<std::string, V> items;
    for (const Node::Entry& entry : node.entries) {
      ok = ParameterValue<V>::read(entry.value, join_path(path, entry.key), diagnostics,
                                   items[entry.key]) &&
           ok;
    }
    if (ok) {
      value = std::move(items);
    }
    return ok;
  }
  static Node write(const std::map<std::string, V>& value) {
    Node node = Node::make_mapping();
    for (const auto& [key, element] : value) {
      add_entry(node, key, ParameterValue<V>::write(element));
    }
    return node;
  }
  static ValueDescription describe(const std::map<std::string, V>& /*value*/) {
    ValueDescription element = ParameterValue<V>::describe(V{});
    std::string type = "map of " + element.type;
    return {ValueKind::map, std::move(type), {}, {}, {std::move(element)}, {}};
  }
  static void visit(const std::map<std::string, V>& value, const Node& node,
                    const std::string& path, const ValueVisitor<Element>& visitor) {
    for (const Node::Entry& entry : node.entries) {
      ParameterValue<V>::visit(value.at(entry.key), entry.value, join_path(path, entry.key),
                               visitor);
    }
  }
};

/// Null stands for no value; write() of no value is null, which groups leave out.
template <class V>
struct ParameterValue<std::optional<V>> {
  using Element = typename ParameterValue<V>::Element;
  static bool read(const Node& node, const std::string& path, Diagnostics& diagnostics,
                   std::optional<V>& value) {
    if (node.is_null()) {
      value.reset();
      return true;
    }
    V present = value ? *value : V{};
    const bool ok = ParameterValue<V>::read(node, path, diagnostics, present);
    if (ok) {
      value = std::move(present);
    }
    return ok;
  }
  static Node write(const std::optional<V>& value) {
    return value ? ParameterValue<V>::write(*value) : Node();
  }
  static ValueDescription describe(const std::optional<V>& value) {
    return ParameterValue<V>::describe(value ? *value : V{});
  }
  static void visit(const std::optional<V>& value, const Node& node, const std::string& path,
                    const ValueVisitor<Element>& visitor) {
    if (value) {
      ParameterValue<V>::visit(*value, node, path, visitor);
    }
  }
};

template <>
struct ParameterValue<Node> {
  using Element = Node;
  static bool read(const Node& node, const std::string& /*path*/, Diagnostics& /*diagnostics*/,
                   Node& value) {
    value = node;
    return true;
  }
  static Node write(const Node& value) { return value; }
  static ValueDescription describe(const Node& /*value*/) {
    return {ValueKind::any, "anything", {}, {}, {}, {}};
  }
  static void visit(const Node& /*value*/, const Node& /*node*/, const std::string& /*path*/,
                    const ValueVisitor<Node>& /*visitor*/) {}
};

}  // namespace core
}  // namespace lacuna
