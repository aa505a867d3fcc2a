// SPDX-License-Identifier: Apache-2.0
#include "core/technology.h"

#include <array>
#include <cmath>
#include <optional>

#include "core/document.h"
#include "core/parameters.h"

namespace lacuna {
inline namespace core {
namespace {

struct ScalingRow {
  double node;  // nm
  double energy;
  double area;
};

/// Relative to 45 nm, at nominal voltage. Coefficients of Stillmaker & Baas, Integration 58 (2017).
constexpr std::array<ScalingRow, 8> scaling = {{{65, 1.95, 1.5},
                                                {45, 1.0, 1.0},
                                                {32, 0.531, 0.46},
                                                {20, 0.233, 0.21},
                                                {16, 0.161, 0.19},
                                                {14, 0.112, 0.17},
                                                {10, 0.082, 0.10},
                                                {7, 0.056, 0.059}}};

bool is_covered(Length node) {
  return node.value() <= scaling.front().node && node.value() >= scaling.back().node;
}

std::string coverage_text(Length node) {
  return "technology node " + to_text(node) + " is outside of the scaling table, 7 nm .. 65 nm";
}

double factor(Length node, double ScalingRow::*column) {
  if (!is_covered(node)) {
    throw input_error({}, coverage_text(node));
  }
  std::size_t i = 0;
  while (node.value() < scaling[i + 1].node) {
    ++i;
  }
  const ScalingRow& above = scaling[i];
  const ScalingRow& below = scaling[i + 1];
  const double part = std::log(node.value() / above.node) / std::log(below.node / above.node);
  return above.*column * std::pow(below.*column / above.*column, part);
}

struct EntryParams {
  std::optional<Energy> energy;
  std::optional<Power> power;
  std::optional<Area> area;
  std::optional<Length> node;
  std::string source;

  template <class Description>
  static void describe(Description& d) {
    d("energy", &EntryParams::energy, "per event");
    d("power", &EntryParams::power, "static, for as long as time passes");
    d("area", &EntryParams::area, "of one instance");
    d("node", &EntryParams::node, "the node these figures are for, if not the file's")
        .range(Length(7), Length(65));
    d("source", &EntryParams::source, "where the figures come from").required();
  }

  void validate(Validation& check) const {
    check.require(energy || power || area, "", "expected an energy, a power or an area");
    check.require(!source.empty(), "source", "expected where the figures come from");
  }
};

struct FileParams {
  Length node{28.0};
  std::optional<Length> entries_node;
  Voltage supply{0.9};
  std::map<std::string, EntryParams> entries;

  template <class Description>
  static void describe(Description& d) {
    d("node", &FileParams::node, "the node everything is scaled to")
        .range(Length(7), Length(65))
        .required();
    d("entries_node", &FileParams::entries_node,
      "the node of entries that name none, if not `node`: a whole file is scaled so")
        .range(Length(7), Length(65));
    d("supply", &FileParams::supply, "nominal supply voltage").positive();
    d("entries", &FileParams::entries, "energy, power and area by block or event").required();
  }
};

/// @param usual node of entries that name none
Technology::Entry scaled(const std::string& name, const EntryParams& params, Length usual,
                         Length to) {
  const Length from = params.node.value_or(usual);
  const double energy = energy_factor(to) / energy_factor(from);
  const double area = area_factor(to) / area_factor(from);
  return {name,
          Energy(params.energy.value_or(Energy()).value() * energy),
          Power(params.power.value_or(Power()).value() * energy),
          Area(params.area.value_or(Area()).value() * area),
          params.source,
          {}};
}

}  // namespace

double energy_factor(Length node) {
  return factor(node, &ScalingRow::energy);
}
double area_factor(Length node) {
  return factor(node, &ScalingRow::area);
}

Technology Technology::read(const Node& node, Diagnostics& diagnostics, const std::string& path) {
  Technology technology;
  technology.place_ = node.place;
  FileParams params;
  if (!read_parameters_into(params, node, path, diagnostics)) {
    return technology;
  }
  technology.node_ = params.node;
  for (const Node::Entry& entry : node.find("entries")->entries) {
    Entry read = scaled(entry.key, params.entries.at(entry.key),
                        params.entries_node.value_or(params.node), params.node);
    read.place = entry.key_place;
    technology.entries_.emplace(entry.key, std::move(read));
  }
  return technology;
}

const Technology::Entry& Technology::entry(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found != entries_.end()) {
    return found->second;
  }
  std::vector<std::string> names;
  names.reserve(entries_.size());
  for (const auto& [known, value] : entries_) {
    names.push_back(known);
  }
  throw input_error(place_,
                    "the technology has no entry " + in_quotes(name) + suggestion(name, names));
}

}  // namespace core
}  // namespace lacuna
