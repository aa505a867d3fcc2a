// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include <tlm_utils/multi_passthrough_target_socket.h>

#include "core/fifo.h"
#include "memory/command_trace.h"
#include "memory/dram_accounts.h"
#include "memory/dram_controller.h"
#include "memory/dram_instruction_window.h"
#include "memory/dram_params.h"
#include "memory/dram_server.h"
#include "memory/rank_logic.h"
#include "memory/storage.h"
#include "tlm/at_senders.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"

namespace lacuna::memory {

/// Main memory (type `dram`): controller, channels, devices and their bytes behind one target
/// socket for any number of initiators, and if asked for, a socket within every rank for an
/// initiator on the DIMM (doc/dram.md).
///
/// nb_transport is the timed way in; a payload is a burst of any length. b_transport adds to its
/// delay what the payload would take if nobody came after it. transport_dbg and direct memory
/// pointers take no time, count nothing, and serve loading and checking only: a write through a
/// pointer is invisible to the fault injector.
///
/// The bytes of a payload are read or written when it is accepted, in the order of acceptance:
/// every read returns what the last write accepted before it has left, in whatever order the
/// controller then issues their commands (as if reads took queued writes' data from the queue).
class Dram : public tlm::Component {
 public:
  Dram(const sc_core::sc_module_name& name, const DramParams& params, const DramDevice& device,
       tlm::Surroundings& surroundings);

  tlm_utils::multi_passthrough_target_socket<Dram, tlm::socket_width> memory;
  /// The socket within a rank, "rank_port0" and so on, rank by rank, channel by channel; only if
  /// parameter rank_ports says so.
  tlm::TargetBase& rank_port(std::uint32_t number) { return rank_ports_.at(number)->socket; }

  /// Where logic beside the devices of a rank is attached, interface "rank_instructions0" and so
  /// on; only if parameter instruction_window says so.
  RankInstructions& rank_instructions(std::uint32_t number) { return rank_logic_.at(number); }

  Storage& storage() { return storage_; }
  const DramDevice& device() const { return device_; }
  Bytes capacity() const { return Bytes(storage_.capacity()); }
  /// The most that all channels can deliver together: of the device, as set for model flat, without
  /// limit for model ideal.
  Bandwidth peak_bandwidth() const;
  std::uint32_t channels() const { return params_.channels; }
  /// Where instructions to logic within ranks are written; nothing unless the parameter says so.
  const std::optional<DramInstructionWindow>& instruction_window() const { return window_; }
  /// nullptr unless model is timed.
  DramController* controller() { return controller_.get(); }

  /// Says where each entry of scheduler.priority stands: its name must be that of a module, or the
  /// watchdog is told so once all modules are there.
  void place_priorities(std::map<std::string, Place> places) {
    priority_places_ = std::move(places);
  }

  std::string waiting_for() const override;
  void settle() override;
  void summarise(Summary& summary) const override;
  /// The device's clock; none where memory is not timed.
  Time command_period(const std::string&) const override {
    return Time(controller_ == nullptr ? 0 : clock_ps_);
  }

 private:
  /// The socket of a rank, for one initiator beside its devices.
  struct RankPort {
    RankPort(Dram& memory, std::uint32_t channel, std::uint32_t rank);
    /// Whether a payload's bytes all lie in this rank.
    bool holds(const tlm::Payload& payload) const;
    ::tlm::tlm_sync_enum nb_transport_fw(int, tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                         sc_core::sc_time& delay);
    void b_transport(int, tlm::Payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(int, tlm::Payload& payload);
    bool get_direct_mem_ptr(int, tlm::Payload& payload, ::tlm::tlm_dmi& dmi);

    Dram& dram;
    const std::uint32_t channel;
    const std::uint32_t rank;
    const std::string name;
    tlm_utils::multi_passthrough_target_socket<RankPort, tlm::socket_width,
                                               ::tlm::tlm_base_protocol_types, 0,
                                               sc_core::SC_ZERO_OR_MORE_BOUND>
        socket;
    std::unique_ptr<tlm::ResponseSender> responses;
    std::uint32_t accepted = 0;            // under way
    std::optional<std::uint32_t> refused;  // the flight whose END_REQ is held back
  };
  void make_rank_ports();
  void accept_rank_requests();
  static std::size_t rank_of_socket(int socket) { return static_cast<std::size_t>(-1 - socket); }
  int socket_of(const RankPort& port) const {
    return -1 - static_cast<int>(port.channel * params_.ranks + port.rank);
  }
  tlm::ResponseSender& responses_of(int socket) {
    return socket < 0 ? *rank_ports_[rank_of_socket(socket)]->responses
                      : *responses_[static_cast<std::size_t>(socket)];
  }

  /// A payload from BEGIN_REQ until it is done.
  struct Flight {
    tlm::Payload* payload = nullptr;  // none: b_transport has answered it
    const std::string* requester = nullptr;
    std::int32_t priority = 0;
    int socket = 0;           // below 0: of a rank
    Time arrival;             // of an accepted request; before, when it was made
    Time visible;             // the first clock edge at which the controller sees it
    Clock clock = 0;          // of the device, at that edge
    DramStart start;          // of an access to a device with commands
    std::uint64_t order = 0;  // of BEGIN_REQ; once accepted, of acceptance
    std::uint64_t bytes = 0;
    std::uint64_t useful = 0;  // enabled bytes
    bool write = false;
    bool posted = false;
    bool instruction = false;
    sc_core::sc_event* done = nullptr;  // of an instruction by b_transport
  };
  /// The logic of a rank, if there is any.
  struct RankSlot : RankInstructions {
    void attach(RankLogic& attached) override;
    void own(bool by_logic) override;
    RankLogic* logic = nullptr;
    Dram* dram = nullptr;
    std::uint32_t number = 0;
    bool owned = false;  // by the logic
  };
  /// An instruction on its way to the logic, or its data back.
  struct Delivery {
    Time time;
    std::uint64_t number = 0;
    std::uint32_t flight = 0;
    DramInstruction instruction;
    Time response;
    friend bool operator>(const Delivery& a, const Delivery& b) {
      return a.time != b.time ? a.time > b.time : a.number > b.number;
    }
  };
  /// A response to give.
  struct Completion {
    Time time;
    std::uint64_t order = 0;
    tlm::Payload* payload = nullptr;
    int socket = 0;
    friend bool operator<(const Completion& a, const Completion& b) {
      return a.time != b.time ? a.time < b.time : a.order < b.order;
    }
  };

  void end_of_elaboration() override;
  ::tlm::tlm_sync_enum nb_transport_fw(int socket, tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  void b_transport(int socket, tlm::Payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int socket, tlm::Payload& payload);
  bool get_direct_mem_ptr(int socket, tlm::Payload& payload, ::tlm::tlm_dmi& dmi);

  // dram.cpp: the protocol
  void wake();
  void wake_at(Time time);
  void plan_wake();
  void plan_sync();
  /// A request has been accepted.
  void expect(std::uint32_t index);
  /// Whether completions say what becomes due after this moment.
  bool knows_next(Time now) const;
  /// No response, delivery or freed slot that does not stand in completions_ is due before: by what
  /// any access takes, and by what those under way take.
  Time least_sync() const;
  Time earliest_sync() const;
  void accept_refused();
  void sort(std::vector<std::uint32_t>& flights) const;
  void respond(Time now);
  void response_ended(tlm::Payload& payload, int socket);
  void free_slot(Time at);
  void reap_slots(Time now);
  bool room_for_every_socket() const;
  /// From when on accesses are visible that the controller has not been given.
  Clock first_visible() const;
  /// Whether its response needs no command of the device.
  bool answers_at_once(const Flight& flight) const;
  /// No response to an access is due before. @param others  what first_visible() says
  Time first_end(const Flight& flight, Clock others) const;

  // dram_rank_logic.cpp: instructions to logic within ranks
  void offer_rank_instructions();
  bool is_instruction_address(std::uint64_t address) const {
    return window_ && window_->contains(address);
  }
  ::tlm::tlm_response_status check_instruction(tlm::Payload& payload) const;
  void add_instruction(std::uint32_t index);
  void instruct_blocking(tlm::Payload& payload, sc_core::sc_time& delay);
  void take_instructed();
  void deliver(Time now);
  template <class Visit>
  void for_slots_of(const DramInstruction& instruction, Visit visit);
  Time next_delivery() const;
  bool meets_owned(const tlm::Payload& payload) const;

  // dram_service.cpp: bytes and time
  void sync(Time now);
  void serve(std::uint32_t index);
  void finish(const TransferDone& done);
  void complete(const Flight& flight, Time first_data, Time time);
  DramTransfer transfer_of(const Flight& flight) const;
  ::tlm::tlm_response_status check(tlm::Payload& payload, int socket) const;
  bool move_bytes(tlm::Payload& payload);
  std::uint32_t new_flight();
  void account(const Flight& flight, std::uint64_t bus_bytes, Time end);
  void begin_trace(const std::string& path);
  void write_trace();
  std::int32_t priority_of_requester(const std::string& requester) const;
  void check_priorities() const;
  void describe(Flight& flight, tlm::Payload& payload, int socket, Time arrival);
  Time edge_after(Time time) const;
  /// The controller sees the request from the first edge after this time on.
  void show(Flight& flight, Time after) const;
  Time time_of(Clock clock) const { return Time(clock * clock_ps_); }

  DramParams params_;
  std::map<std::string, Place> priority_places_;
  DramDevice device_;
  Storage storage_;
  DramAccounts accounts_;
  std::unique_ptr<DramController> controller_;  // of model timed
  std::unique_ptr<CommandTraceWriter> trace_;   // while commands are recorded
  std::vector<CommandLog> logs_;                // by channel, until they are written
  FlatDram flat_;                               // of the others
  tlm::Watchdog& watchdog_;
  std::int64_t clock_ps_;
  Clock frontend_clocks_ = 0;
  Clock least_access_;  // from a column command to the end of its data
  bool posts_writes_;

  std::vector<Flight> flights_;
  std::vector<std::uint32_t> free_flights_;
  std::vector<std::uint32_t> arrivals_;  // accepted, not yet seen by the controller
  std::vector<std::uint32_t> refused_;   // END_REQ not given
  std::vector<std::uint32_t> seen_;      // of sync(), kept for its memory
  Fifo<Completion> completions_;         // in their order
  std::priority_queue<Time, std::vector<Time>, std::greater<>> slots_;  // freed by posted writes
  std::vector<std::unique_ptr<tlm::ResponseSender>> responses_;         // by socket
  std::vector<std::unique_ptr<RankPort>> rank_ports_;                   // by channel and rank
  std::optional<DramInstructionWindow> window_;
  std::vector<RankSlot> rank_logic_;  // by channel and rank
  std::uint32_t owned_ranks_ = 0;
  std::vector<Time> instructed_until_;  // of each: everything before is delivered
  std::priority_queue<Delivery, std::vector<Delivery>, std::greater<>> deliveries_;
  std::uint64_t deliveries_made_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t served_ = 0;
  std::uint32_t accepted_ = 0;    // under way
  std::uint32_t responders_ = 0;  // of these, in the controller and not posted
  std::uint32_t freed_ = 0;       // slots freed at freed_at_
  Time freed_at_{-1};
  Time accept_at_;
  Time wake_at_{-1};  // -1: no wake is planned
  Time sync_at_;      // nothing becomes due before, but what stands in completions_
  Clock synced_ = -1;
  bool awake_ = false;
  sc_core::sc_event wake_event_;
};

/// Module type `dram`.
tlm::ModuleType dram_type();

}  // namespace lacuna::memory
