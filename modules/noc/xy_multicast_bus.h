// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <tuple>
#include <vector>

#include "core/parameters.h"
#include "noc/clocked_interconnect.h"
#include "noc/multicast_controllers.h"

namespace lacuna::noc {

/// Where a target's multicast controller sits, and its ID.
struct BusReceiverParams {
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  std::optional<std::uint32_t> id;

  template <class Description>
  static void describe(Description& d) {
    d("row", &BusReceiverParams::row, "X-bus").range(0u, 63u);
    d("column", &BusReceiverParams::column, "place on it").range(0u, 63u);
    d("id", &BusReceiverParams::id, "what a column tag must be; the column if not given")
        .range(0u, 255u);
  }
};

/// The addresses that stand for pairs of tags.
struct TagWindowParams {
  Address base;
  Bytes size = 4_KiB;

  template <class Description>
  static void describe(Description& d) {
    d("base", &TagWindowParams::base, "first address").required();
    d("size", &TagWindowParams::size, "of one pair of tags").positive();
  }
};

/// Parameters of module type `multicast_bus`.
struct XyMulticastBusParams {
  std::uint32_t rows = 12;
  std::uint32_t columns = 14;
  std::optional<Frequency> clock;
  std::uint32_t width = 16;
  std::uint32_t y_bus_latency = 1;
  std::uint32_t x_bus_latency = 0;
  std::uint32_t controller_latency = 0;
  std::uint32_t queue_depth = 2;
  std::uint32_t id_bits = 4;
  std::uint32_t scan_width = 1;
  std::vector<std::uint32_t> row_ids;
  std::map<std::string, BusReceiverParams> receivers;
  MulticastWindows multicast;
  std::optional<TagWindowParams> tags;

  template <class Description>
  static void describe(Description& d) {
    using Self = XyMulticastBusParams;
    d("rows", &Self::rows, "X-buses on the Y-bus [Eyeriss: 12]").range(1u, 64u);
    d("columns", &Self::columns, "receivers on an X-bus [Eyeriss: 14]").range(1u, 64u);
    d("clock", &Self::clock, "of the buses; the platform's if not given");
    d("width", &Self::width, "bytes that a bus moves in a cycle, each way [Eyeriss: 8]")
        .range(1u, 4096u);
    d("y_bus_latency", &Self::y_bus_latency,
      "cycles along the Y-bus; Eyeriss takes one for both buses and controllers")
        .range(1u, 100u);
    d("x_bus_latency", &Self::x_bus_latency, "cycles along an X-bus").range(0u, 100u);
    d("controller_latency", &Self::controller_latency,
      "cycles in each of the two multicast controllers on the way")
        .range(0u, 100u);
    d("queue_depth", &Self::queue_depth,
      "requests under way to a target; it is not ready for more until it has taken one")
        .range(1u, 1024u);
    d("id_bits", &Self::id_bits, "of every controller's ID and every tag [Eyeriss: 4]")
        .range(1u, 8u);
    d("scan_width", &Self::scan_width,
      "bits a cycle by which the scan chain sets the IDs before the first transfer")
        .range(1u, 64u);
    d("row_ids", &Self::row_ids, "of the X-buses' controllers, from row 0; the row if not given");
    d("receivers", &Self::receivers,
      "place and ID of a target, by its name ('pe3.memory') or its module's; the others take the "
      "free places, row by row, in the order of the memory map");
    d("multicast", &Self::multicast,
      "windows by name: a write into one goes out with the pair of tags that its targets match, "
      "and "
      "nobody else. IDs are chosen so, unless row_ids, an ID of a receiver or tags are given");
    d("tags", &Self::tags,
      "a window for writes to all targets of any pair of tags: (row tag, column tag) stands at "
      "base + (row tag * 2^id_bits + column tag) * size");
  }
  /// The platform sets the IDs, not the module.
  bool gives_ids() const;
  void validate(Validation& check) const;
};

/// Eyeriss's X/Y bus between memory-mapped sockets: a Y-bus feeds X-buses, which feed the targets; a multicast controller
/// before each. A second pair of buses leads back.
///
/// A request to a mapped address carries the place of its target, one to a multicast window a pair of tags, and the target
/// or all targets of these tags take it in the same cycle, when every one of them is ready: until then the bus is held, and
/// whatever is behind waits. A multicast write occupies the bus once. It is answered when all have answered; the answers meet
/// on a wire of their own, as ready does, and only their sum travels back.
class XyMulticastBus : public ClockedInterconnect {
 public:
  XyMulticastBus(const sc_core::sc_module_name& name, const XyMulticastBusParams& params,
                 tlm::Surroundings& surroundings);

  void summarise(Summary& summary) const override;

 private:
  enum class Step : std::uint8_t { end_request, end_response, deliver_request, deliver_response };
  /// Something to do at a cycle; those of one cycle in the order of steps, then of scheduling.
  struct Action {
    Cycle cycle = 0;
    Step step = Step::end_request;
    std::uint64_t order = 0;
    Flight* flight = nullptr;
    friend bool operator>(const Action& a, const Action& b) {
      return std::tie(a.cycle, a.step, a.order) > std::tie(b.cycle, b.step, b.order);
    }
  };
  struct Release {
    Cycle cycle = 0;
    std::size_t target = 0;
  };
  struct TargetCounters {
    Counter& request_beats;
    Counter& response_beats;
    Counter& stall_cycles;
    Counter& deliveries;
  };
  struct RowCounters {
    Counter& request_beats;
    Counter& response_beats;
  };

  // xy_multicast_bus.cpp: who is where
  void end_of_elaboration() override;
  void add_target_counters(const std::string& path) override;
  MulticastWay multicast_way(std::size_t window, std::uint64_t offset) const override;
  bool at_target(const Flight& flight) const override;
  void place_receivers();
  void choose_ids();
  void check_windows() const;
  bool has_windows() const { return params_.tags || !params_.multicast.empty(); }
  std::vector<std::uint32_t> scan_chain() const;
  std::uint32_t row_of(std::size_t port) const { return places_[port] / params_.columns; }

  // xy_multicast_transfers.cpp: what happens when
  void request(Flight& flight, const sc_core::sc_time& when) override;
  void accepted(Flight& flight, const sc_core::sc_time& when) override;
  void response(Flight& flight, const sc_core::sc_time& when) override;
  void finished(Flight& flight, const sc_core::sc_time& when) override;
  void work() override;
  void perform(const Action& action);
  void serve_requests();
  void serve_responses();
  bool take_first(std::vector<Claim>& claims, Claim& first) const;
  /// The first target of a flight, by port, that has no room; nobody when all have.
  std::size_t not_ready(const Flight& flight) const;
  void start_request(const Claim& claim);
  void count_request(const Flight& flight, Cycle beats);
  void schedule(Cycle cycle, Step step, Flight& flight);
  void plan() override;

  XyMulticastBusParams params_;
  Cycle latency_;
  MulticastControllers controllers_;
  std::vector<std::uint32_t> places_;  // by target port: row * columns + column
  std::vector<std::size_t> port_at_;   // by place; nobody
  std::vector<std::uint32_t> row_ids_;
  std::vector<std::uint32_t> ids_;        // by target port
  std::vector<std::uint32_t> under_way_;  // by target port
  std::vector<Release> releases_;

  std::vector<Claim> request_claims_;
  std::vector<Claim> response_claims_;
  std::optional<Claim> head_;  // holds the request bus until its targets are ready
  std::size_t blocking_ = nobody;
  Cycle blocked_since_ = 0;
  Cycle request_free_ = 0;
  Cycle response_free_ = 0;
  std::priority_queue<Action, std::vector<Action>, std::greater<>> actions_;
  std::uint64_t scheduled_ = 0;

  std::vector<TargetCounters> targets_counters_;
  std::vector<RowCounters> row_counters_;
  Counter& request_beats_;
  Counter& response_beats_;
  Counter& wait_cycles_;
  Counter& multicasts_;
  Counter& deliveries_;
  Counter& stall_cycles_;
  Counter& configuration_cycles_;
  EnergyEvent* y_bus_energy_ = nullptr;
  EnergyEvent* x_bus_energy_ = nullptr;
  EnergyEvent* check_energy_ = nullptr;
  EnergyEvent* delivery_energy_ = nullptr;
};

/// Module type `multicast_bus`.
tlm::ModuleType multicast_bus_type();

}  // namespace lacuna::noc
