// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/run.h"
#include "tlm/wave_request.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace lacuna::cli {

/// The options that `run`, `check` and `compare` share, as the user wrote them.
struct RunArguments {
  std::string platform;
  std::vector<std::string> workloads;
  std::vector<std::string> overrides;
  std::vector<std::string> injections;
  std::string layers;
  std::string out;
  std::uint64_t seed = 1;
  unsigned jobs = 0;
  bool no_verify = false;
  bool quality = false;
  bool save_outputs = false;
  bool trace = false;
  bool interference = false;
  std::string wave;
  std::string wave_from;
  std::string wave_to;
  std::string wave_scope;
  CLI::Option* wave_given = nullptr;
  std::vector<std::string> idle;

  void add_platform(CLI::App& command);
  void add_to(CLI::App& command);
  /// Only `run` compares with running alone.
  void add_interference(CLI::App& command);
  void add_wave(CLI::App& command);
  tlm::WaveRequest wave_request() const;
  platform::RunOptions options() const;
  /// A command line that asks for the same run again, without its waveform and results.
  std::string command() const;
  std::vector<platform::Override> idle_overrides() const;
};

}  // namespace lacuna::cli
