// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "core/error.h"
#include "core/summary.h"

namespace lacuna::tlm {

/// Every memory-mapped socket of the platform: TLM-2.0 base protocol, 64 bits wide.
inline constexpr unsigned socket_width = 64;
using InitiatorBase = ::tlm::tlm_base_initiator_socket_b<socket_width, ::tlm::tlm_fw_transport_if<>,
                                                         ::tlm::tlm_bw_transport_if<>>;
using TargetBase = ::tlm::tlm_base_target_socket_b<socket_width, ::tlm::tlm_fw_transport_if<>,
                                                   ::tlm::tlm_bw_transport_if<>>;

/// An SC_MODULE that a platform file can name: it offers its sockets and signals by name, and tells
/// the watchdog what it waits for.
class Component : public sc_core::sc_module {
 public:
  struct Initiator {
    std::function<void(TargetBase&)> bind;
    bool required = true;  ///< an unbound one is an error of the platform file
  };

  /// What this component waits for right now and from whom, in words; empty when it has nothing to
  /// do.
  virtual std::string waiting_for() const { return {}; }
  /// Brings counters that are kept lazily (refreshes and background time of an idle DRAM) up to the
  /// present. Whoever reads statistics or energies during a simulation calls it before.
  virtual void settle() {}
  /// Figures of the whole run that counters do not hold: latencies, bandwidths. Called once, at its
  /// end, after settle().
  virtual void summarise(Summary&) const {}
  /// What is odd about its parameters or files though it can be simulated.
  const std::vector<Diagnostic>& warnings() const { return warnings_; }
  void warn(const Diagnostic& warning) { warnings_.push_back(warning); }
  /// True for interconnect, which passes a request from its targets on to its initiators: such
  /// modules may not form a ring.
  virtual bool forwards() const { return false; }

  const std::map<std::string, Initiator>& initiators() const { return initiators_; }
  const std::map<std::string, TargetBase*>& targets() const { return targets_; }
  const std::map<std::string, sc_core::sc_out<bool>*>& outputs() const { return outputs_; }
  const std::map<std::string, sc_core::sc_in<bool>*>& inputs() const { return inputs_; }

 protected:
  explicit Component(const sc_core::sc_module_name& name) : sc_module(name) {}

  /// `socket` is any initiator socket of width socket_width (tlm_utils::simple_initiator_socket,
  /// multi_passthrough, ...).
  template <class Socket>
  void offer_initiator(const std::string& name, Socket& socket, bool required = true) {
    initiators_[name] = {[&socket](TargetBase& target) { socket.bind(target); }, required};
  }
  void offer_target(const std::string& name, TargetBase& socket) { targets_[name] = &socket; }
  void offer_output(const std::string& name, sc_core::sc_out<bool>& port) {
    outputs_[name] = &port;
  }
  void offer_input(const std::string& name, sc_core::sc_in<bool>& port) { inputs_[name] = &port; }

 private:
  std::map<std::string, Initiator> initiators_;
  std::map<std::string, TargetBase*> targets_;
  std::map<std::string, sc_core::sc_out<bool>*> outputs_;
  std::map<std::string, sc_core::sc_in<bool>*> inputs_;
  std::vector<Diagnostic> warnings_;
};

}  // namespace lacuna::tlm
