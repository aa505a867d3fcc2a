// SPDX-License-Identifier: Apache-2.0
#include "traffic/access_script.h"

#include <array>

#include <fmt/format.h>

#include "core/files.h"
#include "tlm/time.h"
#include "tlm/watchdog.h"

namespace lacuna::traffic {

namespace {

/// Plain and reproducible: the state after n steps depends on the seed only.
std::uint8_t next_byte(std::uint64_t& state) {
  state = state * 6364136223846793005U + 1442695040888963407U;
  return static_cast<std::uint8_t>(state >> 56);
}

Place place_of_script(const Node& parameters) {
  const Node* script = parameters.find("script");
  return script == nullptr ? parameters.place : script->place;
}

/// @throws Error (bad_input), without a place, when the file cannot be read
std::string read_script(const std::string& path) {
  constexpr std::uint64_t longest = 1 << 20;
  try {
    return read_file(path, longest);
  } catch (const Error& error) {
    throw input_error({}, fmt::format("cannot read {}: {}", in_quotes(path),
                                      error.diagnostics().front().message));
  }
}

std::unique_ptr<tlm::Component> make_access_script(const std::string& name, const Node& node,
                                                   tlm::Surroundings& surroundings,
                                                   Diagnostics& diagnostics) {
  const std::size_t problems = diagnostics.items().size();
  const auto params = read_parameters<AccessScriptParams>(node, name, diagnostics);
  if (diagnostics.items().size() != problems) {
    return nullptr;
  }
  try {
    const std::string path = path_beside(params.script, place_of_script(node));
    return std::make_unique<AccessScript>(sc_core::sc_module_name(name.c_str()), params,
                                          parse_access_script(read_script(path), path),
                                          surroundings);
  } catch (const Error& error) {
    tlm::add_to(diagnostics, error, place_of_script(node), name + ".script");
    return nullptr;
  }
}

}  // namespace

AccessScript::AccessScript(const sc_core::sc_module_name& name, const AccessScriptParams& params,
                           std::vector<ScriptedAccess> accesses, tlm::Surroundings& surroundings)
    : Component(name),
      memory("memory"),
      params_(params),
      accesses_(std::move(accesses)),
      requester_(this->name()),
      watchdog_(surroundings.watchdog),
      done_(surroundings.statistics.add(requester_ + ".accesses", Measure::count, "lines done")) {
  offer_initiator("memory", memory);
  SC_HAS_PROCESS(AccessScript);
  SC_THREAD(run);
}

void AccessScript::start_of_simulation() {
  watchdog_.begin_work();
}

void AccessScript::run() {
  try {
    for (next_ = 0; next_ < accesses_.size(); ++next_) {
      perform(accesses_[next_]);
      ++done_;
      watchdog_.progress();
    }
    watchdog_.end_work();
  } catch (const Error& error) {
    watchdog_.fail(error);
  }
}

void AccessScript::perform(const ScriptedAccess& access) {
  switch (access.kind) {
    case ScriptedAccess::Kind::fill:
      fill(access);
      break;
    case ScriptedAccess::Kind::write:
      write(access);
      break;
    case ScriptedAccess::Kind::poll:
      poll(access);
      break;
    case ScriptedAccess::Kind::compare:
      compare(access);
      break;
  }
}

void AccessScript::fill(const ScriptedAccess& access) {
  std::vector<std::uint8_t> bytes(access.numbers[1]);
  std::uint64_t state = access.numbers[2];
  for (std::uint8_t& byte : bytes) {
    byte = next_byte(state);
  }
  debug(true, access.numbers[0], bytes, access);
}

void AccessScript::compare(const ScriptedAccess& access) {
  std::vector<std::uint8_t> one(access.numbers[2]);
  std::vector<std::uint8_t> other(one.size());
  debug(false, access.numbers[0], one, access);
  debug(false, access.numbers[1], other, access);
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i] != other[i]) {
      Diagnostic diagnostic;
      diagnostic.place = access.place;
      diagnostic.message = fmt::format("byte {:#x} at {:#x}, but {:#x} at {:#x}", one[i],
                                       access.numbers[0] + i, other[i], access.numbers[1] + i);
      throw Error(Fault::wrong_result, {diagnostic});
    }
  }
}

void AccessScript::write(const ScriptedAccess& access) {
  std::array<std::uint8_t, 8> bytes{};
  for (unsigned i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(access.numbers[1] >> (8 * i));
  }
  tlm::Payload& payload = pool_.write(access.numbers[0], bytes, &requester_);
  transact(payload, access);
  payload.release();
}

void AccessScript::poll(const ScriptedAccess& access) {
  while ((read(access) & access.numbers[1]) != access.numbers[2]) {
    wait(tlm::to_sc_time(params_.poll_interval));
  }
}

std::uint64_t AccessScript::read(const ScriptedAccess& access) {
  tlm::Payload& payload = pool_.read(access.numbers[0], 8, &requester_);
  transact(payload, access);
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i) {
    value |= std::uint64_t{payload.get_data_ptr()[i]} << (8 * i);
  }
  payload.release();
  return value;
}

void AccessScript::transact(tlm::Payload& payload, const ScriptedAccess& access) {
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  memory->b_transport(payload, delay);
  wait(delay);
  if (!payload.is_response_ok()) {
    throw input_error(access.place, fmt::format("{} 8 bytes at {:#x} was refused ({})",
                                                payload.is_read() ? "reading" : "writing",
                                                access.numbers[0], tlm::refusal_of(payload)));
  }
}

void AccessScript::debug(bool write, std::uint64_t address, std::vector<std::uint8_t>& bytes,
                         const ScriptedAccess& access) {
  tlm::Payload payload;
  payload.set_command(write ? ::tlm::TLM_WRITE_COMMAND : ::tlm::TLM_READ_COMMAND);
  payload.set_address(address);
  payload.set_data_ptr(bytes.data());
  payload.set_data_length(static_cast<unsigned>(bytes.size()));
  payload.set_streaming_width(static_cast<unsigned>(bytes.size()));
  if (!bytes.empty() && memory->transport_dbg(payload) != bytes.size()) {
    throw input_error(access.place, fmt::format("{} bytes at {:#x} are not all in memory",
                                                bytes.size(), address));
  }
}

std::string AccessScript::waiting_for() const {
  return next_ < accesses_.size() ? accesses_[next_].place.text() : std::string();
}

tlm::ModuleType access_script_type() {
  tlm::ModuleType type;
  type.name = "access_script";
  type.summary = "does the reads and writes of a file, one after another: a host without a driver";
  type.parameters = [] { return document_parameters<AccessScriptParams>(); };
  type.schema = [] { return parameter_schema<AccessScriptParams>("access_script"); };
  type.effective = [](const std::string& name, const Node& node, Diagnostics& diagnostics) {
    auto params = read_parameters<AccessScriptParams>(node, name, diagnostics);
    params.script = path_beside(params.script, place_of_script(node));
    return write_parameters(params);
  };
  type.make = make_access_script;
  type.ports = {{"memory", "initiator", "where accesses go: memory, registers, an interconnect"}};
  type.counters = {{"accesses", Measure::count, "lines done"}};
  return type;
}

}  // namespace lacuna::traffic
