// SPDX-License-Identifier: Apache-2.0
#include "platform/published_machines.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/number_text.h"

namespace lacuna::platform {
namespace {

const std::vector<std::string> table_keys = {"source", "unit",     "node_nm",
                                             "rung",   "workload", "machines"};
const std::vector<std::string> machine_keys = {"name",  "node_nm", "clock_mhz", "performance",
                                               "watts", "mm2",     "note"};

/// The members of one mapping, each asked for by its key.
class Members {
 public:
  Members(const Node& node, std::string path, const std::vector<std::string>& known,
          Diagnostics& diagnostics)
      : node_(node), path_(std::move(path)), diagnostics_(diagnostics) {
    if (!node.is_mapping()) {
      diagnostics.add(node.place, path_, "expected a mapping");
    }
    for (const Node::Entry& entry : node.entries) {
      if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
        diagnostics.add(entry.key_place, path_,
                        fmt::format("unknown key '{}'{}", entry.key, suggestion(entry.key, known)));
      }
    }
  }

  std::string text(const std::string& key) {
    const Node* member = node_.find(key);
    if (member == nullptr || !member->is_scalar() || member->scalar.empty()) {
      diagnostics_.add(place_of(member), path_ + "." + key, "expected a text");
      return {};
    }
    return member->scalar;
  }

  std::string optional_text(const std::string& key) {
    return node_.find(key) == nullptr ? std::string() : text(key);
  }

  double positive(const std::string& key) {
    const Node* member = node_.find(key);
    if (member != nullptr && member->is_scalar()) {
      const auto value = whole_number<double>(member->scalar);
      if (value && *value > 0) {
        return *value;
      }
    }
    diagnostics_.add(place_of(member), path_ + "." + key, "expected a number above 0");
    return 1;
  }

 private:
  const Place& place_of(const Node* member) const {
    return member != nullptr ? member->place : node_.place;
  }

  const Node& node_;
  std::string path_;
  Diagnostics& diagnostics_;
};

PublishedMachine read_machine(const Node& node, Diagnostics& diagnostics) {
  Members members(node, "published.machines", machine_keys, diagnostics);
  PublishedMachine machine;
  machine.name = members.text("name");
  machine.node_nm = members.positive("node_nm");
  machine.clock_mhz = members.positive("clock_mhz");
  machine.performance = members.positive("performance");
  machine.watts = members.positive("watts");
  machine.mm2 = members.positive("mm2");
  machine.note = members.optional_text("note");
  return machine;
}

}  // namespace

double area_on_node(double mm2, double node_nm, double other_nm) {
  return mm2 * (other_nm / node_nm) * (other_nm / node_nm);
}

PublishedMachines read_published_machines(const Node& node, Diagnostics& diagnostics) {
  Members members(node, "published", table_keys, diagnostics);
  PublishedMachines published;
  published.source = members.text("source");
  published.unit = members.text("unit");
  published.node_nm = members.positive("node_nm");
  published.rung = members.optional_text("rung");
  published.workload = members.optional_text("workload");
  if (published.rung.empty() != published.workload.empty()) {
    diagnostics.add(node.place, "published", "expected both 'rung' and 'workload', or neither");
  }
  const Node* machines = node.find("machines");
  if (machines == nullptr || !machines->is_sequence() || machines->items.empty()) {
    diagnostics.add(machines != nullptr ? machines->place : node.place, "published.machines",
                    "expected a list with at least one item");
    return published;
  }
  for (const Node& item : machines->items) {
    published.machines.push_back(read_machine(item, diagnostics));
  }
  return published;
}

}  // namespace lacuna::platform
