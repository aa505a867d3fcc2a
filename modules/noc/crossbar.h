// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "noc/clocked_interconnect.h"

namespace lacuna::noc {

enum class CrossbarModel { ideal, timed };

/// Parameters of module type `crossbar`.
struct CrossbarParams {
  CrossbarModel model = CrossbarModel::timed;
  std::optional<Frequency> clock;
  std::uint32_t width = 16;
  std::uint32_t latency = 2;
  std::uint32_t queue_depth = 4;

  template <class Description>
  static void describe(Description& d) {
    d("model", &CrossbarParams::model,
      "ideal: no time passes; timed: links are occupied beat by beat and passed with latency");
    d("clock", &CrossbarParams::clock, "of the links; the platform's if not given");
    d("width", &CrossbarParams::width, "bytes that a link moves in a cycle, each way")
        .range(1u, 4096u);
    d("latency", &CrossbarParams::latency,
      "cycles from a request's or response's arrival to its first beat on the other side")
        .range(1u, 1000u);
    d("queue_depth", &CrossbarParams::queue_depth,
      "requests (or responses) under way to one target (or initiator); more wait at their source")
        .range(1u, 1024u);
  }
};

/// A full crossbar: every initiator reaches every target; each target's request link and each initiator's response link carries
/// one transfer at a time.
///
/// A request occupies its target's link for its beats: one for a read, its data for a write. A response occupies its
/// initiator's link likewise, the other way round. A request is handed over when its last beat has passed; a response's
/// beats pass as the target produces them (PayloadInfo::first_beat), and it is handed over after the last.
class Crossbar : public ClockedInterconnect {
 public:
  Crossbar(const sc_core::sc_module_name& name, const CrossbarParams& params,
           tlm::Surroundings& surroundings);

  void summarise(Summary& summary) const override;

 private:
  /// The way to one target, or back to one initiator: an arbiter, a link, and what is under way behind it.
  struct Link {
    std::vector<Claim> claims;
    Cycle free_at = 0;
    Cycle arbitration = -1;       // the next one scheduled
    std::uint32_t under_way = 0;  // releases that nobody has looked at included
    std::vector<Cycle> releases;  // when what was under way has left
  };
  enum class Step : std::uint8_t {
    end_request,
    end_response,
    deliver_request,
    deliver_response,
    arbitrate_requests,
    arbitrate_responses,
  };
  /// Something to do at a cycle; those of one cycle in the order of steps, then ports.
  struct Action {
    Cycle cycle = 0;
    std::uint64_t rank = 0;  // step, port, number, in one word: it is compared often
    Flight* flight = nullptr;

    static constexpr unsigned port_bits = 16;
    static constexpr unsigned number_bits = 44;
    static std::uint64_t rank_of(Step step, std::size_t port, std::uint64_t number) {
      return (static_cast<std::uint64_t>(step) << port_bits | port) << number_bits | number;
    }
    Step step() const { return static_cast<Step>(rank >> (port_bits + number_bits)); }
    std::size_t port() const { return (rank >> number_bits) & ((1U << port_bits) - 1); }
    friend bool operator>(const Action& a, const Action& b) {
      return a.cycle != b.cycle ? a.cycle > b.cycle : a.rank > b.rank;
    }
  };
  struct TargetCounters {
    Counter& request_beats;
    Counter& response_beats;
  };

  void end_of_elaboration() override;
  void add_target_counters(const std::string& path) override;
  bool at_target(const Flight& flight) const override;

  // crossbar_links.cpp: what happens when
  void request(Flight& flight, const sc_core::sc_time& when) override;
  void accepted(Flight& flight, const sc_core::sc_time& when) override;
  void response(Flight& flight, const sc_core::sc_time& when) override;
  void finished(Flight& flight, const sc_core::sc_time& when) override;
  void work() override;
  void plan() override;
  void perform(const Action& action);
  void schedule(Cycle cycle, Step step, std::size_t port, Flight* flight = nullptr);
  void schedule_arbitration(Link& link, Cycle cycle, Step step, std::size_t port);
  void free_slot(Link& link, Cycle cycle, Step step, std::size_t port);
  /// False, and another look scheduled if its time is known, while as much is under way as may be.
  bool has_room(Link& link, Step step, std::size_t port);
  void arbitrate_requests(std::size_t port);
  void arbitrate_responses(std::size_t port);
  /// The claim that goes first, removed from the link; false, and another look scheduled, while none is seen.
  bool take_winner(Link& link, Step step, std::size_t port, Claim& winner);
  void count_transfer(const tlm::Payload& payload, bool carries_data);

  CrossbarParams params_;
  bool ideal_;

  std::vector<Link> request_links_;          // by target port
  std::vector<Link> response_links_;         // by initiator port
  std::vector<Cycle> target_response_free_;  // by target port: its own link for responses
  std::priority_queue<Action, std::vector<Action>, std::greater<>> actions_;
  std::uint64_t scheduled_ = 0;

  std::vector<TargetCounters> counters_;  // by target port
  Counter& wait_cycles_;
  EnergyEvent* energy_ = nullptr;
};

/// Module type `crossbar`.
tlm::ModuleType crossbar_type();

}  // namespace lacuna::noc

template <>
struct lacuna::EnumNames<lacuna::noc::CrossbarModel> {
  static std::vector<lacuna::EnumName<lacuna::noc::CrossbarModel>> table() {
    using lacuna::noc::CrossbarModel;
    return {{"ideal", CrossbarModel::ideal}, {"timed", CrossbarModel::timed}};
  }
};
