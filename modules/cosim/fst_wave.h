// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include <verilated.h>
#if VM_TRACE_FST
#include <gtkwave/fstapi.h>
#include <verilated_fst_c.h>
#endif

#include "core/error.h"

namespace lacuna::cosim {

/// A waveform file of the signals of Verilated models; in a build without waveforms, the error that says so.
class FstWave {
 public:
#if VM_TRACE_FST
  static constexpr bool built = true;

  ~FstWave() {
    wave_.close();
  }

  template <class Model>
  void add(Model& model) {
    model.trace(&wave_, all_levels);
  }
  /// After the last add(). @throws Error (bad_input) when the file cannot be written
  void open(const std::string& file, const std::string& scope) {
    if (!std::ofstream(file)) {
      throw refused(file, "the file cannot be written");
    }
    wave_.set_time_unit("1ps");
    wave_.set_time_resolution("1ps");
    if (!scope.empty()) {
      wave_.dumpvars(all_levels, scope);
    }
    wave_.open(file.c_str());
  }
  /// In a file that was closed.
  static std::uint64_t signals_in(const std::string& file) {
    void* reader = fstReaderOpen(file.c_str());
    const std::uint64_t signals = reader == nullptr ? 0 : fstReaderGetVarCount(reader);
    if (reader != nullptr) {
      fstReaderClose(reader);
    }
    return signals;
  }
  void dump(std::int64_t time_ps) {
    wave_.dump(static_cast<std::uint64_t>(time_ps));
  }

 private:
  static constexpr int all_levels = 99;
  VerilatedFstC wave_;
#else
  static constexpr bool built = false;

  template <class Model>
  void add(Model&) {}
  void open(const std::string& file, const std::string&) {
    throw refused(file, "this build records no waveforms; install zlib1g-dev and build again");
  }
  static std::uint64_t signals_in(const std::string&) {
    return 0;
  }
  void dump(std::int64_t) {}

 private:
#endif
  static Error refused(const std::string& file, const std::string& why) {
    Place place;
    place.file = "--wave " + file;
    return input_error(place, why);
  }
};

}  // namespace lacuna::cosim
