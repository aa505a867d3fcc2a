// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_device_file.h"

#include <charconv>
#include <filesystem>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "core/files.h"
#include "core/parameters.h"

namespace lacuna::memory {

namespace {

/// "11 nCK" or "13.75 ns" in clocks; nothing when it is neither.
std::optional<std::int64_t> clocks_of(const std::string& text, std::int64_t clock_ps,
                                      bool round_down) {
  std::int64_t clocks = 0;
  const char* end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, clocks);
  if (number.ec == std::errc{} && std::string_view(number.ptr) == " nCK") {
    return clocks >= 0 ? std::optional(clocks) : std::nullopt;
  }
  try {
    const std::int64_t time = parse_quantity<Time>(text).value();
    return (time + (round_down ? 0 : clock_ps - 1)) / clock_ps;
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool power_of_two(std::uint64_t n) {
  return n != 0 && (n & (n - 1)) == 0;
}

struct OrganisationFile : DramOrganisation {
  template <class Description>
  static void describe(Description& d) {
    using Self = OrganisationFile;
    d("bank_groups", &Self::bank_groups, "bank groups of a device; 1 if it has none").required();
    d("banks_per_group", &Self::banks_per_group, "banks of a group").required();
    d("rows", &Self::rows, "rows of a bank").required();
    d("columns", &Self::columns, "columns of a row, each device_width bits").required();
    d("device_width", &Self::device_width, "data bits of one device").required();
    d("devices", &Self::devices, "devices side by side in a rank").required();
    d("burst_length", &Self::burst_length, "beats of one column command").required();
  }
  void validate(Validation& check) const {
    const auto require = [&](std::uint32_t value, const char* name) {
      check.require(power_of_two(value), name, "must be a power of two");
    };
    require(bank_groups, "bank_groups");
    require(banks_per_group, "banks_per_group");
    require(rows, "rows");
    require(columns, "columns");
    require(device_width, "device_width");
    require(devices, "devices");
    require(burst_length, "burst_length");
    check.require(burst_length >= 2 && burst_length <= columns, "burst_length",
                  "must be at least 2 and at most the columns of a row");
    check.require(device_width * devices % 8 == 0, "devices",
                  "the data bus of a rank must be whole bytes wide");
  }
};

struct TimingFile {
  Time clock;
  std::string CL, CWL, RCD, RP, RAS, RC, RTP, WR, RRD_S, RRD_L, FAW, CCD_S, CCD_L, WTR_S, WTR_L;
  std::string RTRS, RFC, REFI, XP;

  template <class Description>
  static void describe(Description& d) {
    using Self = TimingFile;
    d("clock", &Self::clock, "tCK").positive().required();
    d("CL", &Self::CL, "read command to data").required();
    d("CWL", &Self::CWL, "write command to data").required();
    d("RCD", &Self::RCD, "activate to column command").required();
    d("RP", &Self::RP, "precharge to activate").required();
    d("RAS", &Self::RAS, "activate to precharge").required();
    d("RC", &Self::RC, "activate to activate, same bank").required();
    d("RTP", &Self::RTP, "read to precharge").required();
    d("WR", &Self::WR, "end of write data to precharge").required();
    d("RRD_S", &Self::RRD_S, "activate to activate, other bank group").required();
    d("RRD_L", &Self::RRD_L, "activate to activate, same bank group").required();
    d("FAW", &Self::FAW, "window of four activates").required();
    d("CCD_S", &Self::CCD_S, "column to column command, other bank group").required();
    d("CCD_L", &Self::CCD_L, "column to column command, same bank group").required();
    d("WTR_S", &Self::WTR_S, "end of write data to read, other bank group").required();
    d("WTR_L", &Self::WTR_L, "end of write data to read, same bank group").required();
    d("RTRS", &Self::RTRS, "idle data-bus clocks when the rank changes").required();
    d("RFC", &Self::RFC, "refresh to activate").required();
    d("REFI", &Self::REFI, "interval of refreshes").required();
    d("XP", &Self::XP, "power-down exit to command").required();
  }
  void validate(Validation& check) const;
  DramTimings clocks(const std::function<void(const char*)>& malformed) const;
};

DramTimings TimingFile::clocks(const std::function<void(const char*)>& malformed) const {
  DramTimings result;
  result.clock_ps = clock.value();
  const auto set = [&](std::int64_t DramTimings::*field, const std::string& text, const char* name,
                       bool round_down = false) {
    const auto value = clocks_of(text, clock.value(), round_down);
    if (value) {
      result.*field = *value;
    } else {
      malformed(name);
    }
  };
  set(&DramTimings::CL, CL, "CL");
  set(&DramTimings::CWL, CWL, "CWL");
  set(&DramTimings::RCD, RCD, "RCD");
  set(&DramTimings::RP, RP, "RP");
  set(&DramTimings::RAS, RAS, "RAS");
  set(&DramTimings::RC, RC, "RC");
  set(&DramTimings::RTP, RTP, "RTP");
  set(&DramTimings::WR, WR, "WR");
  set(&DramTimings::RRD_S, RRD_S, "RRD_S");
  set(&DramTimings::RRD_L, RRD_L, "RRD_L");
  set(&DramTimings::FAW, FAW, "FAW");
  set(&DramTimings::CCD_S, CCD_S, "CCD_S");
  set(&DramTimings::CCD_L, CCD_L, "CCD_L");
  set(&DramTimings::WTR_S, WTR_S, "WTR_S");
  set(&DramTimings::WTR_L, WTR_L, "WTR_L");
  set(&DramTimings::RTRS, RTRS, "RTRS");
  set(&DramTimings::RFC, RFC, "RFC");
  set(&DramTimings::REFI, REFI, "REFI", true);
  set(&DramTimings::XP, XP, "XP");
  return result;
}

void TimingFile::validate(Validation& check) const {
  bool understood = true;
  const DramTimings t = clocks([&](const char* name) {
    understood = false;
    check.require(false, name, "expected clocks, as '11 nCK', or a time, as '13.75 ns'");
  });
  if (!understood) {
    return;
  }
  check.require(t.CL >= 1 && t.CWL >= 1 && t.RCD >= 1 && t.RP >= 1, "CL",
                "CL, CWL, RCD and RP must be at least one clock");
  check.require(t.RC >= t.RAS + t.RP, "RC", "shorter than RAS + RP: no bank can do that");
  check.require(t.RAS >= t.RCD, "RAS", "shorter than RCD");
  check.require(t.RRD_S >= 1 && t.RRD_L >= t.RRD_S, "RRD_L", "shorter than RRD_S, or zero");
  check.require(t.CCD_S >= 1 && t.CCD_L >= t.CCD_S, "CCD_L", "shorter than CCD_S, or zero");
  check.require(t.WTR_L >= t.WTR_S, "WTR_L", "shorter than WTR_S");
  check.require(t.FAW >= t.RRD_S, "FAW", "shorter than RRD_S");
  check.require(t.CL + 2 > t.CWL, "CWL", "so long that a write could overtake the read before it");
  check.require(t.REFI > t.RFC + t.RP, "REFI", "leaves no time between refreshes (RFC + RP)");
}

struct CurrentsFile {
  Voltage VDD;
  Current IDD0, IDD2P, IDD2N, IDD3P, IDD3N, IDD4R, IDD4W, IDD5;

  template <class Description>
  static void describe(Description& d) {
    using Self = CurrentsFile;
    d("VDD", &Self::VDD, "supply").positive().required();
    d("IDD0", &Self::IDD0, "activate and precharge every tRC").required();
    d("IDD2P", &Self::IDD2P, "precharged power-down").required();
    d("IDD2N", &Self::IDD2N, "precharged standby").required();
    d("IDD3P", &Self::IDD3P, "active power-down").required();
    d("IDD3N", &Self::IDD3N, "active standby").required();
    d("IDD4R", &Self::IDD4R, "reading").required();
    d("IDD4W", &Self::IDD4W, "writing").required();
    d("IDD5", &Self::IDD5, "refreshing (IDD5B, IDD5AB)").required();
  }
};

struct DeviceFile {
  std::string name;
  std::string standard;
  std::string source;
  OrganisationFile organisation;
  TimingFile timing;
  std::optional<CurrentsFile> currents;

  template <class Description>
  static void describe(Description& d) {
    d("name", &DeviceFile::name, "what it is, for people").required();
    d("standard", &DeviceFile::standard, "whose rules between commands hold")
        .choices({"DDR3", "DDR4"})
        .required();
    d("source", &DeviceFile::source, "where the numbers come from").required();
    d("organisation", &DeviceFile::organisation, "banks, rows, columns, widths").required();
    d("timing", &DeviceFile::timing, "timing parameters").required();
    d("currents", &DeviceFile::currents, "supply currents of one device");
  }
  void validate(Validation& check) const {
    const DramTimings t = timing.clocks([](const char*) {});
    check.require(t.CCD_S >= organisation.burst_length / 2, "timing.CCD_S",
                  "shorter than a burst's data");
  }
};

std::filesystem::path folder_of(const Place& place) {
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(place.file, ignored);
  return is_file ? std::filesystem::absolute(place.file, ignored).parent_path()
                 : std::filesystem::current_path(ignored);
}

bool is_path(const std::string& device) {
  const std::filesystem::path path(device);
  return path.extension() == ".yaml" || path.extension() == ".yml" || path.has_parent_path();
}

std::optional<Node> find_by_name(const std::string& name, const Place& place) {
  std::error_code ignored;
  for (std::filesystem::path folder = folder_of(place);; folder = folder.parent_path()) {
    const std::filesystem::path candidate = folder / "dram" / (name + ".yaml");
    if (std::filesystem::is_regular_file(candidate, ignored)) {
      return load_yaml(candidate.string());
    }
    if (folder == folder.parent_path()) {
      break;
    }
  }
  for (const BuiltinDevice* device = builtin_device_files; device->name != nullptr; ++device) {
    if (name == device->name) {
      return parse_yaml(device->text, "dram/" + name + ".yaml");
    }
  }
  return std::nullopt;
}

}  // namespace

DramDevice read_dram_device(const Node& node, Diagnostics& diagnostics) {
  const auto file = read_parameters<DeviceFile>(node, "", diagnostics);
  DramDevice device;
  device.name = file.name;
  device.standard = file.standard;
  device.source = file.source;
  device.organisation = file.organisation;
  device.timing = file.timing.clocks([](const char*) {});
  device.timing.burst = file.organisation.burst_length / 2;
  if (file.currents) {
    const CurrentsFile& c = *file.currents;
    device.currents = {true,
                       c.VDD.value(),
                       c.IDD0.value(),
                       c.IDD2P.value(),
                       c.IDD2N.value(),
                       c.IDD3P.value(),
                       c.IDD3N.value(),
                       c.IDD4R.value(),
                       c.IDD4W.value(),
                       c.IDD5.value()};
  }
  return device;
}

DramDevice load_dram_device(const std::string& device, const Place& place) {
  std::optional<Node> node;
  if (is_path(device)) {
    node = load_yaml(resolved_device(device, place));
  } else {
    node = find_by_name(device, place);
  }
  if (!node) {
    std::string names;
    for (const std::string& name : builtin_dram_devices()) {
      names += (names.empty() ? "" : ", ") + name;
    }
    throw input_error(
        place, fmt::format("no DRAM device is called {}{}; there are {}, and any file "
                           "given by its path",
                           in_quotes(device), suggestion(device, builtin_dram_devices()), names));
  }
  Diagnostics diagnostics;
  DramDevice result = read_dram_device(*node, diagnostics);
  diagnostics.throw_if_any();
  return result;
}

std::string resolved_device(const std::string& device, const Place& place) {
  return is_path(device) ? path_beside(device, place) : device;
}

std::vector<std::string> builtin_dram_devices() {
  std::vector<std::string> names;
  for (const BuiltinDevice* device = builtin_device_files; device->name != nullptr; ++device) {
    names.emplace_back(device->name);
  }
  return names;
}

}  // namespace lacuna::memory
