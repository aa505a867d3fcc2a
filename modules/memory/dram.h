// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include <tlm_utils/multi_passthrough_target_socket.h>

#include "memory/dram_accounts.h"
#include "memory/dram_params.h"
#include "memory/dram_scheduler.h"
#include "memory/dram_server.h"
#include "memory/storage.h"
#include "tlm/at_senders.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"

namespace lacuna::memory {

/// Main memory (type `dram`): controller, channels, devices and their bytes behind one target
/// socket for any number of initiators.
///
/// nb_transport is the timed way in; a payload is a burst of any length. b_transport computes the
/// same times and adds them to its delay. transport_dbg and direct memory pointers take no time,
/// count nothing, and serve loading and checking only: a write through a pointer is invisible to
/// the fault injector. The bytes of a payload are read or written when it is scheduled, so that
/// memory changes in the order of service.
class Dram : public tlm::Component {
 public:
  Dram(const sc_core::sc_module_name& name, const DramParams& params, const DramDevice& device,
       tlm::Surroundings& surroundings);

  tlm_utils::multi_passthrough_target_socket<Dram, tlm::socket_width> memory;

  Storage& storage() { return storage_; }
  const DramDevice& device() const { return device_; }
  Bytes capacity() const { return Bytes(storage_.capacity()); }
  /// The most that all channels can deliver together: of the device, as set for model flat, without
  /// limit for model ideal.
  Bandwidth peak_bandwidth() const;
  /// nullptr unless model is timed.
  DramController* controller() { return timed_ == nullptr ? nullptr : &timed_->controller(); }

  std::string waiting_for() const override;
  void settle() override;

 private:
  /// A payload between BEGIN_REQ and the scheduler.
  struct Arrival {
    DramRequest request;
    Time visible;  ///< when it may be scheduled
    std::uint64_t order = 0;
    bool accepted = false;
  };
  /// A scheduled payload before its response.
  struct Completion {
    Time time;
    std::uint64_t order = 0;
    tlm::Payload* payload = nullptr;
    int socket = 0;
    friend bool operator>(const Completion& a, const Completion& b) {
      return a.time != b.time ? a.time > b.time : a.order > b.order;
    }
  };

  void end_of_elaboration() override;
  ::tlm::tlm_sync_enum nb_transport_fw(int socket, tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  void b_transport(int socket, tlm::Payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int socket, tlm::Payload& payload);
  bool get_direct_mem_ptr(int socket, tlm::Payload& payload, ::tlm::tlm_dmi& dmi);

  void take_arrivals();
  void respond();
  void schedule(const DramRequest& request);
  void response_ended(tlm::Payload& payload);
  ServiceTimes access(tlm::Payload& payload, Time arrival);
  ::tlm::tlm_response_status move_bytes(tlm::Payload& payload);
  bool room_for_every_socket() const;

  DramParams params_;
  DramDevice device_;
  Storage storage_;
  DramAccounts accounts_;
  std::unique_ptr<DramServer> server_;
  TimedDram* timed_;  // server_, if it is that
  std::unique_ptr<DramScheduler> scheduler_;
  tlm::Watchdog& watchdog_;

  std::vector<Arrival> arrivals_;
  std::vector<DramRequest> waiting_;  // accepted and visible
  std::priority_queue<Completion, std::vector<Completion>, std::greater<>> completions_;
  std::vector<std::unique_ptr<tlm::ResponseSender>> responses_;  // by socket
  std::vector<Arrival> later_;  // take_arrivals()'s, kept for their memory
  std::vector<DramRequest> accepted_now_;
  std::uint64_t arrived_ = 0;
  std::uint64_t scheduled_ = 0;
  std::uint32_t accepted_ = 0;    // END_REQ given, END_RESP not seen
  std::uint32_t unaccepted_ = 0;  // in arrivals_, END_REQ not given
  std::uint32_t freed_ = 0;       // slots freed at freed_at_
  Time freed_at_{-1};
  sc_core::sc_event arrivals_visible_;
  sc_core::sc_event response_due_;
};

/// Module type `dram`.
tlm::ModuleType dram_type();

}  // namespace lacuna::memory
