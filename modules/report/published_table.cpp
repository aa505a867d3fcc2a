// SPDX-License-Identifier: Apache-2.0
#include "report/published_table.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "platform/experiment_metrics.h"
#include "report/table.h"

namespace lacuna::report {

using platform::Experiment;
using platform::Measurement;
using platform::PublishedMachine;
using platform::PublishedMachines;
using platform::RungResult;

namespace {

std::string figure(double value) {
  return fmt::format("{:.4g}", value);
}

void add_machine(Table& table, const PublishedMachine& machine, const char* origin,
                 double node_nm) {
  const double area = platform::area_on_node(machine.mm2, machine.node_nm, node_nm);
  table.add({machine.name, origin, figure(machine.node_nm), figure(machine.clock_mhz),
             figure(machine.performance), figure(machine.watts), figure(machine.mm2),
             figure(machine.performance / machine.watts), figure(area),
             figure(machine.performance / area)});
}

/// "7nm" or "500 MHz": the number before the unit.
double leading_number(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// What a side is said, and checked, to have of a resource that is equal or its own.
std::string resource_of(const Experiment& experiment, const std::string& side,
                        const std::string& resource) {
  const auto& own = experiment.sides.at(side).equal;
  const auto different = own.find(resource);
  if (different != own.end()) {
    return different->second;
  }
  const auto same = experiment.equal.find(resource);
  return same == experiment.equal.end() ? std::string() : same->second;
}

/// A side's figures with the first draw; nothing where node or clock are no part of the experiment's equality.
std::optional<PublishedMachine> figures_of(const Experiment& experiment,
                                           const Measurement& measured) {
  PublishedMachine machine;
  machine.name = measured.side;
  machine.node_nm = leading_number(resource_of(experiment, measured.side, "node"));
  machine.clock_mhz = leading_number(resource_of(experiment, measured.side, "clock"));
  if (machine.node_nm == 0 || machine.clock_mhz == 0) {
    return std::nullopt;
  }
  machine.performance = platform::figure_of(measured, "gops_geomean");
  const double tops_per_watt = platform::figure_of(measured, "tops_per_watt_geomean");
  machine.watts = machine.performance * 1e-3 / tops_per_watt;
  machine.mm2 = measured.area_um2 * 1e-6;
  return machine;
}

void add_sides(Table& table, const Experiment& experiment, const std::vector<RungResult>& rungs) {
  for (const RungResult& rung : rungs) {
    for (const Measurement& measured : rung.measurements) {
      const bool asked = rung.name == experiment.published.rung &&
                         measured.workload == experiment.published.workload &&
                         measured.draw == rung.measurements.front().draw;
      if (asked) {
        if (const std::optional<PublishedMachine> machine = figures_of(experiment, measured)) {
          add_machine(table, *machine, "simulated", experiment.published.node_nm);
        }
      }
    }
  }
}

}  // namespace

std::string published_text(const Experiment& experiment, const std::vector<RungResult>& rungs) {
  const PublishedMachines& published = experiment.published;
  if (published.empty()) {
    return {};
  }
  const std::string node = figure(published.node_nm);
  Table table({"machine", "figures", "nm", "MHz", published.unit, "W", "mm2", published.unit + "/W",
               "mm2 at " + node + " nm", published.unit + "/mm2 at " + node + " nm"});
  std::string notes;
  for (const PublishedMachine& machine : published.machines) {
    add_machine(table, machine, "published", published.node_nm);
    notes += machine.note.empty() ? "" : fmt::format("- {}: {}\n", machine.name, machine.note);
  }
  add_sides(table, experiment, rungs);
  const std::string where = published.rung.empty()
                                ? ""
                                : fmt::format(" Those marked simulated are ours: {}, {}.",
                                              published.rung, published.workload);
  return fmt::format(
      "## Machines known by published figures\n\n"
      "Those marked published are rows of {}, which nothing here simulates; quotients are taken "
      "anew "
      "from them, and areas brought to {} nm as the square of feature sizes.{}\n\n{}\n{}{}",
      published.source, node, where, table.markdown(), notes, notes.empty() ? "" : "\n");
}

}  // namespace lacuna::report
