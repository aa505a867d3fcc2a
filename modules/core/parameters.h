// SPDX-License-Identifier: Apache-2.0
//
// Described parameter structs. A struct says once what its fields are:
//
//     struct PeArrayParams {
//       unsigned rows = 32;
//       Frequency clock = 800_MHz;
//
//       template <class Description>
//       static void describe(Description& d) {
//         d("rows", &PeArrayParams::rows, "output channels computed at once").range(1u, 1024u);
//         d("clock", &PeArrayParams::clock, "array clock [BBS Table V]");
//       }
//       void validate(Validation& check) const;   // optional: rules across fields
//     };
//
// and reading, checking, documenting and writing follow from it. Member initialisers are the
// defaults. Kinds of fields: bool, integers, float, double, std::string, every quantity of
// core/units.h, enums with EnumNames, std::vector, std::optional, std::map<std::string, ...>,
// described structs, and Node (taken as it stands).
#pragma once

#include <string>
#include <vector>

#include "core/document.h"
#include "core/error.h"
#include "core/parameters_description.h"
#include "core/parameters_fields.h"
#include "core/parameters_validation.h"
#include "core/parameters_value.h"

namespace lacuna {
inline namespace core {

/// Reads a mapping over what `params` holds. Every problem lands in `diagnostics`, with its place
/// and its dotted path below `path`; a field with a problem keeps its value.
/// @param foreign_keys keys of this mapping that somebody else reads, "type" say
/// @return whether there was no problem
template <class T>
bool read_parameters_into(T& params, const Node& node, const std::string& path,
                          Diagnostics& diagnostics,
                          const std::vector<std::string>& foreign_keys = {}) {
  return read_group(params, node, path, diagnostics, foreign_keys);
}

/// The same, over the defaults.
template <class T>
T read_parameters(const Node& node, const std::string& path, Diagnostics& diagnostics,
                  const std::vector<std::string>& foreign_keys = {}) {
  T params{};
  read_group(params, node, path, diagnostics, foreign_keys);
  return params;
}

/// Every field in the order of description, empty optional ones left out; read_parameters reads the
/// same values back.
template <class T>
Node write_parameters(const T& params) {
  return ParameterValue<T>::write(params);
}

/// One entry per parameter, nested ones by dotted path below `path`.
template <class T>
std::vector<ParameterDocumentation> document_parameters(const std::string& path = {}) {
  return flatten(ParameterValue<T>::describe(T{}), path);
}

/// A JSON Schema (2020-12) for editors.
template <class T>
std::string parameter_schema(const std::string& title) {
  return schema_text(ParameterValue<T>::describe(T{}), title);
}

}  // namespace core
}  // namespace lacuna
