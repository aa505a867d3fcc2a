// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include <tlm_utils/peq_with_get.h>
#include <tlm_utils/simple_initiator_socket.h>

#include "core/error.h"
#include "core/statistics.h"
#include "core/units.h"
#include "engine/burst_cutter.h"
#include "engine/dma_descriptor.h"
#include "engine/dma_endpoint.h"
#include "engine/dma_params.h"
#include "tlm/at_senders.h"
#include "tlm/component.h"
#include "tlm/payload_pool.h"
#include "tlm/surroundings.h"

namespace lacuna::engine {

/// Something to be moved: pieces between memory and an endpoint, in order.
struct DmaTransfer {
  enum class Direction { load, store };

  Direction direction = Direction::load;
  std::string what;                 ///< "weights": for messages
  DmaEndpoint* endpoint = nullptr;  ///< must outlive the transfer
  std::vector<DmaPiece> pieces;
};

/// Memory answered a burst with an error.
class MemoryRefusal : public Error {
 public:
  explicit MemoryRefusal(const Error& error) : Error(error) {}
};

/// A transfer on its way. Kept alive by whoever waits for it.
class DmaTicket {
 public:
  /// All bytes have arrived, or a burst was refused and the others have come back.
  bool done() const { return !next_ && in_flight_ == 0; }
  bool failed() const { return failure_.has_value(); }

 private:
  friend class DmaEngine;
  struct Failure {
    Burst burst;
    ::tlm::tlm_response_status status;
  };
  /// The piece that next_ belongs to.
  const DmaPiece& piece() const { return transfer_.pieces[next_piece_ - 1]; }
  /// Finds the burst after the one just taken.
  void advance(const BurstLimits& limits);

  DmaTransfer transfer_;
  unsigned channel_ = 0;
  BurstCutter cutter_;
  std::size_t next_piece_ = 0;  // the cutter's successor
  std::optional<Burst> next_;
  std::uint32_t in_flight_ = 0;
  std::optional<Failure> failure_;
};
using DmaHandle = std::shared_ptr<DmaTicket>;

/// Moves bytes between memory and local buffers. Transfers of a channel start in order; channels
/// take turns burst by burst. Bursts of all channels are in flight together and may complete in any
/// order. Completion is seen at a clock edge.
class DmaEngine final : public sc_core::sc_module {
 public:
  using MemorySocket = tlm_utils::simple_initiator_socket<DmaEngine, tlm::socket_width>;
  MemorySocket memory;

  DmaEngine(const sc_core::sc_module_name& name, const DmaParams& params, Frequency clock,
            unsigned channels, const tlm::Surroundings& surroundings);

  /// Queues a transfer; returns at once.
  DmaHandle start(unsigned channel, DmaTransfer transfer);
  /// Notified whenever a transfer of this channel has ended.
  const sc_core::sc_event& completed(unsigned channel) const;
  /// Waits in an SC_THREAD for the end. @throws MemoryRefusal (stuck) that names who asked, what for, and
  /// the address refused
  void wait_for(const DmaHandle& handle);
  /// start and wait_for.
  void run(unsigned channel, DmaTransfer transfer);
  /// Moves everything at once by debug transport: no time, no counters. @throws Error (stuck) as
  /// wait_for
  void run_debug(DmaTransfer transfer);

  /// What the oldest burst in flight waits for, in words; empty when there is none.
  std::string waiting_for() const;

 private:
  struct Channel {
    std::deque<DmaHandle> queue;
    std::unique_ptr<sc_core::sc_event> completed = std::make_unique<sc_core::sc_event>();
  };
  struct Slot {
    tlm::Payload* payload = nullptr;
    DmaHandle ticket;
    Burst burst;
    bool ends_response = false;  ///< END_RESP is owed
  };

  void issue();
  void collect();
  ::tlm::tlm_sync_enum nb_transport_bw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);

  bool can_issue() const;
  Channel* next_channel();
  void issue_from(Channel& channel);
  void fill_payload(Slot& slot);
  bool transport_debug(tlm::Payload& payload);
  void responded(tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected);
  void finish(Slot& slot);
  void account();
  Slot& slot_of(const tlm::Payload& payload);
  [[noreturn]] void refuse(const DmaTicket& ticket) const;

  const DmaParams params_;
  const BurstLimits limits_;
  const sc_core::sc_time period_;
  tlm::Watchdog& watchdog_;

  std::vector<Channel> channels_;
  std::vector<Slot> slots_;
  unsigned turn_ = 0;  // the channel that is asked first
  unsigned in_flight_ = 0;
  sc_core::sc_time next_issue_;
  sc_core::sc_event issue_event_;
  tlm::RequestSender sender_;
  tlm_utils::peq_with_get<tlm::Payload> responses_;

  const std::string requester_;
  tlm::PayloadPool pool_;
  sc_core::sc_time accounted_until_;
  sc_core::sc_time busy_time_;
  sc_core::sc_time stall_time_;
  bool stalled_ = false;
  Counter& bytes_read_;
  Counter& bytes_written_;
  Counter& bursts_;
  Counter& transfers_;
  Counter& busy_cycles_;
  Counter& stall_cycles_;
};

}  // namespace lacuna::engine
