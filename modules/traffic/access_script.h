// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

#include "core/parameters.h"
#include "core/units.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/payload_pool.h"
#include "tlm/surroundings.h"

namespace lacuna::traffic {

/// Parameters of module type `access_script`.
struct AccessScriptParams {
  std::string script;
  Time poll_interval = 100_ns;

  template <class Description>
  static void describe(Description& d) {
    d("script", &AccessScriptParams::script,
      "file with an access a line (doc/bring_your_rtl.md); relative to this file")
        .required();
    d("poll_interval", &AccessScriptParams::poll_interval, "between two reads of a poll")
        .positive();
  }
};

/// One line of a script.
struct ScriptedAccess {
  enum class Kind { fill, write, poll, compare };
  Kind kind = Kind::fill;
  std::vector<std::uint64_t> numbers;
  Place place;
};

/// Reads a script. A line is one of
///
///     fill ADDRESS BYTES SEED       random bytes into memory, outside time
///     write ADDRESS VALUE           8 bytes, the lowest first
///     poll ADDRESS MASK VALUE       reads 8 bytes again and again until those under the mask are the value
///     compare ADDRESS OTHER BYTES   two ranges of memory must be equal; outside time
///
/// with decimal or 0x numbers; `#` begins a comment. @throws Error (bad_input) with everything that is wrong
std::vector<ScriptedAccess> parse_access_script(const std::string& text, const std::string& file);

/// Does the accesses of a script one after another: a host for modules that need no driver of their own.
class AccessScript final : public tlm::Component {
 public:
  AccessScript(const sc_core::sc_module_name& name, const AccessScriptParams& params,
               std::vector<ScriptedAccess> accesses, tlm::Surroundings& surroundings);

  tlm_utils::simple_initiator_socket<AccessScript, tlm::socket_width> memory;

  std::string waiting_for() const override;

 private:
  void start_of_simulation() override;
  void run();
  void perform(const ScriptedAccess& access);
  void fill(const ScriptedAccess& access);
  void compare(const ScriptedAccess& access);
  void write(const ScriptedAccess& access);
  void poll(const ScriptedAccess& access);
  std::uint64_t read(const ScriptedAccess& access);
  void transact(tlm::Payload& payload, const ScriptedAccess& access);
  void debug(bool write, std::uint64_t address, std::vector<std::uint8_t>& bytes,
             const ScriptedAccess& access);

  const AccessScriptParams params_;
  const std::vector<ScriptedAccess> accesses_;
  const std::string requester_;
  tlm::Watchdog& watchdog_;
  tlm::PayloadPool pool_;
  std::size_t next_ = 0;
  Counter& done_;
};

/// Module type `access_script`.
tlm::ModuleType access_script_type();

}  // namespace lacuna::traffic
