// SPDX-License-Identifier: Apache-2.0
#include "cli/run_arguments.h"

#include <CLI/CLI.hpp>

#include "core/error.h"
#include "core/units.h"

namespace lacuna::cli {

namespace {

Time time_option(const std::string& option, const std::string& text) {
  try {
    return parse_quantity<Time>(text);
  } catch (const Error& error) {
    Place place;
    place.file = option + " " + text;
    throw input_error(place, error.what());
  }
}

/// As a shell reads it back.
std::string quoted(const std::string& text) {
  constexpr const char* harmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,+@";
  if (!text.empty() && text.find_first_not_of(harmless) == std::string::npos) {
    return text;
  }
  std::string result = "'";
  for (const char c : text) {
    result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return result + "'";
}

}  // namespace

std::string RunArguments::command() const {
  std::string text = "lacuna run " + quoted(platform);
  const auto add = [&text](const char* option, const std::string& value) {
    text += std::string(" ") + option + " " + quoted(value);
  };
  for (const std::string& workload : workloads) {
    add("--workload", workload);
  }
  if (!layers.empty()) {
    add("--layers", layers);
  }
  for (const std::string& setting : overrides) {
    add("--set", setting);
  }
  for (const std::string& injection : injections) {
    add("--inject", injection);
  }
  add("--seed", std::to_string(seed));
  return text;
}

void RunArguments::add_platform(CLI::App& command) {
  command.add_option("platform", platform, "Platform file, such as platforms/bitvert.yaml")
      ->required();
}

void RunArguments::add_to(CLI::App& command) {
  command
      .add_option("--workload", workloads,
                  "Workload file, or ACCELERATOR=FILE; repeat for several accelerators")
      ->allow_extra_args(false);
  command.add_option("--layers", layers,
                     "Only layers whose name matches this glob, such as 'layer1.*'");
  command
      .add_option(
          "--set", overrides,
          "Override a parameter: accelerator.pe_array.rows=16, workload.batch=4; repeatable")
      ->allow_extra_args(false);
  command.add_option("--seed", seed, "Seed of synthetic tensors")->capture_default_str();
  command.add_option("--jobs", jobs, "Threads (or child runs) at once; 0: one per processor");
  command.add_flag("--no-verify", no_verify, "Do not compare outputs with the reference kernels");
  command.add_flag("--quality", quality,
                   "Report what the weights' encoder loses: SQNR, KL divergence, top-1 agreement");
  command.add_flag("--save-outputs", save_outputs,
                   "Write outputs/<layer>.npy as read back from modelled DRAM");
  command.add_flag("--trace", trace, "Write trace.json (Chrome/Perfetto) with every tile");
  command
      .add_option("--inject", injections,
                  "Flip one bit when the byte is first written: MODULE.BUFFER:BYTE:BIT, "
                  "such as dram:4096:0 or accelerator.weight_buffer:0:7")
      ->allow_extra_args(false);
}

void RunArguments::add_interference(CLI::App& command) {
  CLI::Option* flag = command.add_flag(
      "--interference", interference,
      "Run each workload alone as well, and report what the others' company costs it");
  command
      .add_option("--idle", idle,
                  "Override a parameter in the runs alone, so that other traffic is silent: "
                  "background.requests=0; repeatable")
      ->allow_extra_args(false)
      ->needs(flag);
}

std::vector<platform::Override> RunArguments::idle_overrides() const {
  std::vector<platform::Override> overrides;
  for (const std::string& text : idle) {
    overrides.push_back(platform::parse_override(text));
  }
  return overrides;
}

void RunArguments::add_wave(CLI::App& command) {
  wave_given = command.add_option(
      "--wave", wave,
      "Record the signals of bodies in SystemVerilog (model: rtl, lockstep) as FST");
  command.add_option("--wave-from", wave_from, "Simulated time at which to begin, such as '20 us'")
      ->needs(wave_given);
  command.add_option("--wave-to", wave_to, "Simulated time at which to end")->needs(wave_given);
  command.add_option("--wave-scope", wave_scope, "Only signals below this scope, such as row0")
      ->needs(wave_given);
}

tlm::WaveRequest RunArguments::wave_request() const {
  tlm::WaveRequest request;
  request.file = wave;
  request.scope = wave_scope;
  const std::string ending = ".fst";
  if (wave_given != nullptr && wave_given->count() != 0 &&
      (wave.size() <= ending.size() ||
       wave.compare(wave.size() - ending.size(), ending.size(), ending) != 0)) {
    Place place;
    place.file = "--wave " + wave;
    throw input_error(place, "expected a file whose name ends in .fst, which is its format");
  }
  if (!wave_from.empty()) {
    request.from_ps = time_option("--wave-from", wave_from).value();
  }
  if (!wave_to.empty()) {
    request.to_ps = time_option("--wave-to", wave_to).value();
  }
  if (request.from_ps > request.to_ps) {
    Place place;
    place.file = "--wave-to " + wave_to;
    throw input_error(place, "lies before --wave-from " + wave_from);
  }
  return request;
}

platform::RunOptions RunArguments::options() const {
  platform::RunOptions options;
  options.platform = platform;
  for (const std::string& text : workloads) {
    options.workloads.push_back(platform::parse_workload_assignment(text));
  }
  for (const std::string& text : overrides) {
    options.overrides.push_back(platform::parse_override(text));
  }
  options.injections = injections;
  options.layers = layers;
  options.seed = seed;
  options.jobs = jobs;
  options.verify = !no_verify;
  options.quality = quality;
  options.save_outputs = save_outputs;
  options.trace = trace;
  options.wave = wave_request();
  options.command = command();
  return options;
}

}  // namespace lacuna::cli
