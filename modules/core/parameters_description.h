// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace lacuna {
inline namespace core {

/// One parameter, for `lacuna describe` and the manual.
struct ParameterDocumentation {
  std::string path;  ///< "pe_array.rows"; in lists "layers[].name", in maps "ports.<name>.width"
  std::string type;  ///< "whole number", "clock rate", "choice", "list of size"
  std::string unit;  ///< understood units, the usual one first; empty for other types
  std::string
      default_text;     ///< as it would stand in a file; empty when required or without a value
  std::string allowed;  ///< "1 .. 1024", "fast | detailed", "> 0", or nothing
  std::string doc;
  bool required = false;
};

enum class ValueKind { boolean, whole, number, text, quantity, choice, list, map, group, any };

struct FieldDescription;

/// The type of a field, as a tree.
struct ValueDescription {
  ValueKind kind = ValueKind::any;
  std::string type;                       ///< "whole number"
  std::string unit;                       ///< of a quantity
  std::vector<std::string> choices;       ///< of a choice
  std::vector<ValueDescription> element;  ///< of a list or map: exactly one
  std::vector<FieldDescription> fields;   ///< of a group
};

struct FieldDescription {
  std::string name;
  std::string doc;
  ValueDescription value;
  std::string default_text;
  std::string least;  ///< of each element; empty: unbounded
  std::string most;
  std::vector<std::string> choices;
  bool positive = false;
  bool required = false;
};

/// The leaves of a group, by dotted path below `path`.
std::vector<ParameterDocumentation> flatten(const ValueDescription& group, const std::string& path);

std::string schema_text(const ValueDescription& group, const std::string& title);

}  // namespace core
}  // namespace lacuna
