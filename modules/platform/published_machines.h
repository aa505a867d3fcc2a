// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/document.h"
#include "core/error.h"

namespace lacuna::platform {

/// A machine that a paper compares with by the figures of other papers. Nothing here simulates it.
struct PublishedMachine {
  std::string name;
  double node_nm = 0;
  double clock_mhz = 0;
  double performance = 0;  ///< in the table's unit
  double watts = 0;
  double mm2 = 0;
  std::string note;  ///< what is odd about the figures; may be empty
};

/// Figures of machines as a paper prints them, to stand beside those of an experiment's sides.
struct PublishedMachines {
  std::string source;
  std::string unit;    ///< of performance: "GOPS"
  double node_nm = 0;  ///< to which areas are brought
  std::string rung;    ///< from which our sides' figures are taken, and on which workload
  std::string workload;
  std::vector<PublishedMachine> machines;

  bool empty() const { return machines.empty(); }
};

/// An area on another node: as feature sizes squared, which is how papers bring areas to one node.
double area_on_node(double mm2, double node_nm, double other_nm);

/// Reads {source, unit, node_nm, rung, workload, machines: [{name, node_nm, clock_mhz, performance, watts, mm2, note}]}, the last
/// two of the outer ones together or not at all; what is wrong goes to the diagnostics.
PublishedMachines read_published_machines(const Node& node, Diagnostics& diagnostics);

}  // namespace lacuna::platform
