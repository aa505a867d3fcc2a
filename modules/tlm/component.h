// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <systemc>
#include <tlm>
#include <typeindex>
#include <typeinfo>
#include <vector>

#include "core/error.h"
#include "core/summary.h"
#include "core/units.h"

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

  /// A C++ interface that components may bind where sockets do not fit; both sides name its type.
  struct Interface {
    std::type_index type;
    void* pointer;
  };
  struct InterfaceUser {
    std::type_index type;
    std::function<void(void*)> bind;
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
  /// Whoever builds the platform says what it has bound to a target socket, in the order of binding:
  /// "accelerator.memory".
  virtual void connected(const std::string& port, const std::string& other) {
    static_cast<void>(port);
    static_cast<void>(other);
  }
  /// The same of an initiator socket: it leads to this port of `target`.
  virtual void bound(const std::string& port, const Component& target,
                     const std::string& target_port) {
    static_cast<void>(port);
    static_cast<void>(target);
    static_cast<void>(target_port);
  }
  /// Of the clock at which commands behind a target socket are counted; 0: it has none.
  virtual Time command_period(const std::string& port) const {
    static_cast<void>(port);
    return Time(0);
  }
  /// What is odd about its parameters or files though it can be simulated.
  const std::vector<Diagnostic>& warnings() const { return warnings_; }
  void warn(const Diagnostic& warning) { warnings_.push_back(warning); }
  /// True for interconnect, which passes a request from its targets on to its initiators: such
  /// modules may not form a ring.
  virtual bool forwards() const { return false; }

  const std::map<std::string, Initiator>& initiators() const { return initiators_; }
  const std::map<std::string, TargetBase*>& targets() const { return targets_; }
  /// Whether a platform that binds nothing to the target socket is wrong.
  bool target_required(const std::string& name) const { return optional_targets_.count(name) == 0; }
  const std::map<std::string, Interface>& interfaces() const { return interfaces_; }
  /// All must be bound.
  const std::map<std::string, InterfaceUser>& interface_users() const { return interface_users_; }
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
  void make_target_optional(const std::string& name) { optional_targets_.insert(name); }
  /// `interface` may be bound, under this name, by any number of components that use its type.
  template <class T>
  void offer_interface(const std::string& name, T& interface) {
    interfaces_.insert({name, {typeid(T), &interface}});
  }
  /// Once bound, `pointer` is somebody's interface of this type.
  template <class T>
  void use_interface(const std::string& name, T*& pointer) {
    interface_users_.insert(
        {name, {typeid(T), [&pointer](void* bound) { pointer = static_cast<T*>(bound); }}});
  }
  void offer_output(const std::string& name, sc_core::sc_out<bool>& port) {
    outputs_[name] = &port;
  }
  void offer_input(const std::string& name, sc_core::sc_in<bool>& port) { inputs_[name] = &port; }

 private:
  std::map<std::string, Initiator> initiators_;
  std::map<std::string, TargetBase*> targets_;
  std::set<std::string> optional_targets_;
  std::map<std::string, Interface> interfaces_;
  std::map<std::string, InterfaceUser> interface_users_;
  std::map<std::string, sc_core::sc_out<bool>*> outputs_;
  std::map<std::string, sc_core::sc_in<bool>*> inputs_;
  std::vector<Diagnostic> warnings_;
};

}  // namespace lacuna::tlm
