// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/number_text.h"
#include "platform/activation_loss.h"
#include "platform/sparq_format_name.h"

namespace lacuna::platform {
namespace {

const std::vector<std::string> known = {"source", "zeros", "bits", "networks", "changes"};

double number(const Node& node, const std::string& path, double least, double most,
              Diagnostics& diagnostics) {
  const auto value = whole_number<double>(node.scalar);
  if (!node.is_scalar() || !value || *value < least || *value > most) {
    diagnostics.add(node.place, path, fmt::format("expected a number from {} to {}", least, most));
    return least;
  }
  return *value;
}

std::vector<double> numbers(const Node& node, const std::string& path, std::size_t count,
                            double least, double most, Diagnostics& diagnostics) {
  std::vector<double> values;
  for (const Node& item : node.items) {
    values.push_back(number(item, path, least, most, diagnostics));
  }
  if (!node.is_sequence() || values.size() != count) {
    diagnostics.add(node.place, path, fmt::format("expected a list of {} numbers", count));
    values.resize(count, least);
  }
  return values;
}

void read_changes(const Node& node, ActivationLossStudy& study, Diagnostics& diagnostics) {
  for (const Node::Entry& entry : node.entries) {
    const std::string path = "activation_loss.changes." + entry.key;
    try {
      parse_sparq_format(entry.key);
      study.changes[entry.key] =
          numbers(entry.value, path, study.networks.size(), -100, 100, diagnostics);
    } catch (const Error& error) {
      diagnostics.add(entry.key_place, path, error.what());
    }
  }
  if (study.changes.size() < 2) {
    diagnostics.add(node.place, "activation_loss.changes", "expected at least two formats");
  }
}

}  // namespace

sparse::SparqFormat parse_sparq_format(const std::string& name) {
  unsigned bits = 0;
  unsigned placements = 0;
  const char* last = name.data() + name.size();
  const auto first = std::from_chars(name.data(), last, bits);
  const bool dashed = first.ec == std::errc() && first.ptr != last && *first.ptr == '-';
  const auto second = dashed ? std::from_chars(first.ptr + 1, last, placements) : first;
  const std::string rest(second.ptr, last);
  if (!dashed || second.ec != std::errc() || (rest != "-round" && rest != "-trim")) {
    throw input_error({}, "expected a format such as 4-5-round or 3-6-trim");
  }
  return sparse::make_sparq_format(
      bits, placements,
      rest == "-round" ? sparse::SparqRounding::round : sparse::SparqRounding::trim);
}

ActivationLossStudy read_activation_loss(const Node& node, Diagnostics& diagnostics) {
  ActivationLossStudy study;
  for (const Node::Entry& entry : node.entries) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      diagnostics.add(entry.key_place, "activation_loss",
                      fmt::format("unknown key '{}'{}", entry.key, suggestion(entry.key, known)));
    }
  }
  for (const std::string& key : known) {
    if (node.find(key) == nullptr) {
      diagnostics.add(node.place, "activation_loss", fmt::format("expected '{}'", key));
      return study;
    }
  }
  study.source = node.find("source")->scalar;
  study.zeros = number(*node.find("zeros"), "activation_loss.zeros", 0, 0.999, diagnostics);
  study.bits = numbers(*node.find("bits"), "activation_loss.bits", 8, 0, 1, diagnostics);
  if (std::all_of(study.bits.begin(), study.bits.end(), [](double share) { return share == 0; })) {
    diagnostics.add(node.find("bits")->place, "activation_loss.bits",
                    "expected a bit that is set now and then");
  }
  for (const Node& item : node.find("networks")->items) {
    study.networks.push_back(item.scalar);
  }
  read_changes(*node.find("changes"), study, diagnostics);
  return study;
}

}  // namespace lacuna::platform
