// SPDX-License-Identifier: Apache-2.0
#include "noc/xy_multicast_bus.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "noc/multicast_ids.h"
#include "tlm/watchdog.h"

namespace lacuna::noc {

namespace {

const std::vector<tlm::CounterDocumentation>& own_counters() {
  static const std::vector<tlm::CounterDocumentation> counters = {
      {"y_bus.request_beats", Measure::cycles, "cycles in which the Y-bus to targets was in use"},
      {"y_bus.response_beats", Measure::cycles, "cycles in which the Y-bus back was in use"},
      {"wait_cycles", Measure::cycles, "sum over requests and responses that waited for a bus"},
      {"multicasts", Measure::count, "writes to a pair of tags"},
      {"deliveries", Measure::count, "requests taken by targets; a multicast's by each of them"},
      {"stall_cycles", Measure::cycles, "cycles in which a request held the bus for a target"},
      {"configuration_cycles", Measure::cycles, "cycles in which the scan chain set the IDs"}};
  return counters;
}

}  // namespace

void XyMulticastBusParams::validate(Validation& check) const {
  check.require(row_ids.empty() || row_ids.size() == rows, "row_ids",
                fmt::format("{} IDs for {} rows", row_ids.size(), rows));
  const std::uint32_t ids = std::uint32_t{1} << id_bits;
  for (std::size_t row = 0; row < row_ids.size(); ++row) {
    check.require(row_ids[row] < ids, fmt::format("row_ids[{}]", row),
                  fmt::format("{} has more than {} bits", row_ids[row], id_bits));
  }
  std::map<std::uint32_t, std::string> taken;
  for (const auto& [name, receiver] : receivers) {
    const std::string path = "receivers." + name;
    check.require(receiver.row < rows && receiver.column < columns, path,
                  fmt::format("row {}, column {} does not exist; expected rows 0 .. {} and columns "
                              "0 .. {}",
                              receiver.row, receiver.column, rows - 1, columns - 1));
    const auto [first, free] = taken.insert({receiver.row * columns + receiver.column, name});
    check.require(
        free, path,
        fmt::format("row {}, column {} is '{}'s", receiver.row, receiver.column, first->second));
    check.require(receiver.id.value_or(0) < ids, path + ".id",
                  fmt::format("{} has more than {} bits", receiver.id.value_or(0), id_bits));
  }
  validate_windows(check, multicast);
  if (tags || (!multicast.empty() && gives_ids())) {
    check.require(row_ids.size() == rows || rows <= ids, "id_bits",
                  fmt::format("{} rows need wider IDs, or row_ids", rows));
    check.require(columns <= ids || !receivers.empty(), "id_bits",
                  fmt::format("{} columns need wider IDs", columns));
  }
  if (tags) {
    const std::uint64_t pairs = std::uint64_t{ids} * ids;
    const std::uint64_t most = ~std::uint64_t{0} - tags->base.value();
    check.require(tags->size.value() <= most / pairs, "tags.base",
                  "the window runs over the end of the 64-bit address space");
  }
}

bool XyMulticastBusParams::gives_ids() const {
  return tags || !row_ids.empty() ||
         std::any_of(receivers.begin(), receivers.end(),
                     [](const auto& receiver) { return receiver.second.id.has_value(); });
}

XyMulticastBus::XyMulticastBus(const sc_core::sc_module_name& name,
                               const XyMulticastBusParams& params, tlm::Surroundings& surroundings)
    : ClockedInterconnect(name, params.clock, params.width, surroundings),
      params_(params),
      latency_(Cycle{params.y_bus_latency} + params.x_bus_latency +
               Cycle{2} * params.controller_latency),
      controllers_(params.rows, params.columns),
      port_at_(std::size_t{params.rows} * params.columns, nobody),
      request_beats_(surroundings.statistics.add(std::string(this->name()) + ".y_bus.request_beats",
                                                 Measure::cycles, own_counters()[0].doc)),
      response_beats_(
          surroundings.statistics.add(std::string(this->name()) + ".y_bus.response_beats",
                                      Measure::cycles, own_counters()[1].doc)),
      wait_cycles_(surroundings.statistics.add(std::string(this->name()) + ".wait_cycles",
                                               Measure::cycles, own_counters()[2].doc)),
      multicasts_(surroundings.statistics.add(std::string(this->name()) + ".multicasts",
                                              Measure::count, own_counters()[3].doc)),
      deliveries_(surroundings.statistics.add(std::string(this->name()) + ".deliveries",
                                              Measure::count, own_counters()[4].doc)),
      stall_cycles_(surroundings.statistics.add(std::string(this->name()) + ".stall_cycles",
                                                Measure::cycles, own_counters()[5].doc)),
      configuration_cycles_(
          surroundings.statistics.add(std::string(this->name()) + ".configuration_cycles",
                                      Measure::cycles, own_counters()[6].doc)) {
  const std::string module = this->name();
  for (std::uint32_t row = 0; row < params.rows; ++row) {
    const std::string path = fmt::format("{}.x_bus.{}", module, row);
    row_counters_.push_back(
        {surroundings.statistics.add(path + ".request_beats", Measure::cycles,
                                     "cycles in which the X-bus to targets was driven"),
         surroundings.statistics.add(path + ".response_beats", Measure::cycles,
                                     "cycles in which the X-bus back was driven")});
  }
  y_bus_energy_ = add_energy("y_bus", "noc.bus_segment_per_bit");
  x_bus_energy_ = add_energy("x_bus", "noc.bus_segment_per_bit");
  check_energy_ = add_energy("check", "noc.multicast_check");
  delivery_energy_ = add_energy("delivery", "noc.buffer_per_bit");
  add_multicast_windows(params.multicast);
  if (params.tags) {
    const std::uint64_t pairs = std::uint64_t{1} << (2 * params.id_bits);
    add_multicast_window(
        {params.tags->base.value(), params.tags->size.value() * pairs, module + ".tags", {}});
  }
}

void XyMulticastBus::add_target_counters(const std::string& path) {
  Statistics& statistics = surroundings().statistics;
  targets_counters_.push_back(
      {statistics.add(path + ".request_beats", Measure::cycles,
                      "cycles in which requests to it were on the buses"),
       statistics.add(path + ".response_beats", Measure::cycles,
                      "cycles in which responses of it were on the buses"),
       statistics.add(path + ".stall_cycles", Measure::cycles,
                      "cycles in which a request held the bus because it was not ready"),
       statistics.add(path + ".deliveries", Measure::count, "requests that it was given")});
}

void XyMulticastBus::end_of_elaboration() {
  MappedInterconnect::end_of_elaboration();
  under_way_.resize(targets());
  try {
    place_receivers();
    find_window_targets(params_.multicast);
    if (!params_.multicast.empty() && !params_.gives_ids()) {
      choose_ids();
    }
    controllers_.load(scan_chain());
    check_windows();
  } catch (const Error& error) {
    surroundings().watchdog.fail(error);
    return;
  }
  if (has_windows()) {
    const std::uint64_t bits = std::uint64_t{controllers_.chain_length()} * params_.id_bits;
    configuration_cycles_ += (bits + params_.scan_width - 1) / params_.scan_width;
    request_free_ = static_cast<Cycle>(configuration_cycles_.value());
  }
}

void XyMulticastBus::place_receivers() {
  const auto given = [this](const std::string& target) {
    const auto whole = params_.receivers.find(target);
    return whole != params_.receivers.end()
               ? whole
               : params_.receivers.find(target.substr(0, target.find('.')));
  };
  std::set<std::string> known;
  row_ids_ = params_.row_ids;
  for (auto row = static_cast<std::uint32_t>(row_ids_.size()); row < params_.rows; ++row) {
    row_ids_.push_back(row);
  }
  places_.assign(targets(), 0);
  ids_.assign(targets(), unused_id);
  for (std::size_t port = 0; port < targets(); ++port) {
    const std::string& target = target_name(port);
    known.insert({target, target.substr(0, target.find('.'))});
    const auto entry = given(target);
    if (entry == params_.receivers.end()) {
      continue;
    }
    const std::uint32_t place = entry->second.row * params_.columns + entry->second.column;
    if (port_at_[place] != nobody) {
      throw parameter_error(
          {"receivers", entry->first},
          fmt::format("'{}' and '{}' cannot both be there; expected one entry each",
                      target_name(port_at_[place]), target));
    }
    port_at_[place] = port;
    places_[port] = place;
    ids_[port] = entry->second.id.value_or(entry->second.column);
  }
  for (const auto& [target, receiver] : params_.receivers) {
    if (known.count(target) == 0) {
      throw parameter_error({"receivers", target},
                            fmt::format("'{}' is not mapped behind '{}'{}", target, name(),
                                        suggestion(target, {known.begin(), known.end()})));
    }
  }
  for (std::size_t port = 0; port < targets(); ++port) {
    if (ids_[port] != unused_id) {
      continue;
    }
    const auto free = std::find(port_at_.begin(), port_at_.end(), nobody);
    if (free == port_at_.end()) {
      throw parameter_error(
          {"rows"}, fmt::format("{} targets; there are places for {}", targets(), port_at_.size()));
    }
    *free = port;
    places_[port] = static_cast<std::uint32_t>(free - port_at_.begin());
    ids_[port] = places_[port] % params_.columns;
  }
}

void XyMulticastBus::choose_ids() {
  std::vector<std::vector<std::uint32_t>> sets;
  std::vector<const NamedWindow*> window_of(targets(), nullptr);
  for (const NamedWindow& window : named_windows()) {
    std::vector<std::uint32_t> places;
    const NamedWindow* const before = window_of[window.targets.front()];
    for (const std::size_t port : window.targets) {
      const NamedWindow*& owner = window_of[port];
      if (owner != nullptr && owner->targets != window.targets) {
        throw parameter_error(
            {"multicast", window.name, "targets"},
            fmt::format("'{}' is also one of the other targets of '{}'; a multicast controller has "
                        "one ID, so that windows have all of their targets in common or none",
                        target_name(port), owner->name));
      }
      owner = &window;
      places.push_back(places_[port]);
    }
    if (before == nullptr) {
      sets.push_back(std::move(places));
    }
  }
  const MulticastIds chosen = choose_multicast_ids(params_.rows, params_.columns, sets);
  row_ids_ = chosen.row_ids;
  for (std::size_t port = 0; port < targets(); ++port) {
    ids_[port] = chosen.ids[places_[port]];
  }
}

void XyMulticastBus::check_windows() const {
  const std::uint32_t last_tag = (1U << params_.id_bits) - 1;
  for (const NamedWindow& window : named_windows()) {
    const auto refuse = [&](const std::string& why) {
      throw parameter_error({"multicast", window.name, "targets"}, why);
    };
    const std::size_t first = window.targets.front();
    const std::uint32_t row_tag = row_ids_[row_of(first)];
    const std::uint32_t column_tag = ids_[first];
    if (std::max(row_tag, column_tag) > last_tag) {
      refuse(fmt::format("the windows need IDs of more than {} bits", params_.id_bits));
    }
    for (const std::size_t port : window.targets) {
      if (row_ids_[row_of(port)] != row_tag || ids_[port] != column_tag) {
        refuse(
            fmt::format("no pair of tags reaches them all: the IDs before '{}' are ({}, {}), those "
                        "before '{}' ({}, {})",
                        target_name(first), row_tag, column_tag, target_name(port),
                        row_ids_[row_of(port)], ids_[port]));
      }
    }
    for (const std::uint32_t place : controllers_.receivers(row_tag, column_tag)) {
      if (std::find(window.targets.begin(), window.targets.end(), port_at_[place]) ==
          window.targets.end()) {
        refuse(fmt::format("their pair of tags ({}, {}) reaches '{}' too", row_tag, column_tag,
                           target_name(port_at_[place])));
      }
    }
  }
}

std::vector<std::uint32_t> XyMulticastBus::scan_chain() const {
  std::vector<std::uint32_t> chain;
  for (std::uint32_t row = 0; row < params_.rows; ++row) {
    chain.push_back(row_ids_[row]);
    for (std::uint32_t column = 0; column < params_.columns; ++column) {
      const std::size_t port = port_at_[std::size_t{row} * params_.columns + column];
      chain.push_back(port == nobody ? unused_id : ids_[port]);
    }
  }
  return chain;
}

MappedInterconnect::MulticastWay XyMulticastBus::multicast_way(std::size_t window,
                                                               std::uint64_t offset) const {
  if (window < named_windows().size()) {
    return MappedInterconnect::multicast_way(window, offset);
  }
  MulticastWay way;
  const std::uint64_t size = params_.tags->size.value();
  const auto pair = static_cast<std::uint32_t>(offset / size);
  const std::uint32_t row_tag = pair >> params_.id_bits;
  const std::uint32_t column_tag = pair & ((1U << params_.id_bits) - 1);
  way.offset = offset % size;
  if (controllers_.matching_rows(row_tag) == 0) {
    way.refusal = fmt::format("no X-bus has ID {}", row_tag);
    return way;
  }
  for (const std::uint32_t place : controllers_.receivers(row_tag, column_tag)) {
    way.targets.push_back(port_at_[place]);
  }
  if (way.targets.empty()) {
    way.refusal = fmt::format("no target on the X-buses of ID {} has ID {}", row_tag, column_tag);
  }
  std::sort(way.targets.begin(), way.targets.end());
  return way;
}

void XyMulticastBus::summarise(Summary& summary) const {
  const double elapsed = std::max(1.0, cycles_so_far());
  const auto share = [elapsed](const Counter& counter) {
    return static_cast<double>(counter.value()) / elapsed;
  };
  Summary& y_bus = summary.part("y_bus");
  y_bus.add("request_utilisation", share(request_beats_));
  y_bus.add("response_utilisation", share(response_beats_));
  y_bus.add("stalled", share(stall_cycles_));
  Summary::Table rows;
  rows.columns = {"row", "request_utilisation", "response_utilisation"};
  for (std::size_t row = 0; row < row_counters_.size(); ++row) {
    rows.rows.push_back({static_cast<double>(row), share(row_counters_[row].request_beats),
                         share(row_counters_[row].response_beats)});
  }
  summary.add("x_buses", rows);
  summarise_energy(summary);
}

tlm::ModuleType multicast_bus_type() {
  tlm::ModuleType type = tlm::module_type<XyMulticastBusParams, XyMulticastBus>(
      "multicast_bus", "X/Y bus with multicast controllers, as Eyeriss's global network");
  document_interconnect(type);
  type.counters.insert(type.counters.end(), own_counters().begin(), own_counters().end());
  type.counters.push_back({"x_bus.<row>.request_beats", Measure::cycles,
                           "cycles in which the X-bus to targets was driven"});
  type.counters.push_back(
      {"x_bus.<row>.response_beats", Measure::cycles, "cycles in which the X-bus back was driven"});
  type.counters.push_back({"to.<target>.request_beats", Measure::cycles,
                           "cycles in which requests to it were on the buses"});
  type.counters.push_back({"to.<target>.response_beats", Measure::cycles,
                           "cycles in which responses of it were on the buses"});
  type.counters.push_back({"to.<target>.stall_cycles", Measure::cycles,
                           "cycles in which a request held the bus because it was not ready"});
  type.counters.push_back({"to.<target>.deliveries", Measure::count, "requests that it was given"});
  return type;
}

}  // namespace lacuna::noc
