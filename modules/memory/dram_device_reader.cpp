// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "core/parameters.h"
#include "memory/dram_device_file.h"

namespace lacuna::memory {

namespace {

const std::vector<std::string> standards = {"DDR3", "DDR4", "LPDDR4", "HBM2"};

/// "11 nCK" or "13.75 ns" in clocks; nothing when it is neither.
std::optional<std::int64_t> clocks_of(const std::string& text, std::int64_t clock_ps,
                                      bool round_down) {
  std::int64_t clocks = 0;
  const char* end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, clocks);
  if (number.ec == std::errc{} && std::string_view(number.ptr) == " nCK") {
    constexpr std::int64_t most = 1'000'000'000;
    return clocks >= 0 && clocks <= most ? std::optional(clocks) : std::nullopt;
  }
  try {
    const std::int64_t time = parse_quantity<Time>(text).value();
    return time / clock_ps + (round_down || time % clock_ps == 0 ? 0 : 1);
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

struct TimingFile;

/// One key of the timing section.
struct TimingKey {
  const char* name;
  std::string TimingFile::*text;
  std::int64_t DramTimings::*clocks;
  const char* doc;
  /// Of which standards; none: of all, which must have it.
  std::vector<std::string> only = {};
  bool may_miss = false;    ///< even where the standard knows it
  bool round_down = false;  ///< an interval that may be shorter, but not longer

  bool known_to(const std::string& standard) const {
    return only.empty() || std::find(only.begin(), only.end(), standard) != only.end();
  }
};

struct TimingFile {
  Time clock;
  std::string CL, CWL, RCD, RP, RAS, RC, RTP, WR, RRD_S, RRD_L, FAW, CCD_S, CCD_L, WTR_S, WTR_L;
  std::string RTRS, RFC, REFI, XP, CKE;
  std::string RCD_W, RP_ab, PPD, RTW, RREFD, RFC_pb, REFI_pb, DQSCK, DQSS, DQS2DQ;

  static const std::vector<TimingKey>& keys();

  template <class Description>
  static void describe(Description& d) {
    d("clock", &TimingFile::clock, "tCK").positive().required();
    for (const TimingKey& key : keys()) {
      auto& field = d(key.name, key.text, key.doc);
      if (key.only.empty() && !key.may_miss) {
        field.required();
      }
    }
  }
  void validate(Validation& check) const;
  /// In clocks; `malformed` is told of every key whose text says no time.
  DramTimings clocks(const std::function<void(const char*)>& malformed) const;
};

const std::vector<TimingKey>& TimingFile::keys() {
  using F = TimingFile;
  using T = DramTimings;
  static const std::vector<std::string> bank_refresh = {"LPDDR4", "HBM2"};
  static const std::vector<TimingKey> all = {
      {"CL", &F::CL, &T::CL, "read command to data; without DQSCK"},
      {"CWL", &F::CWL, &T::CWL, "write command to data; without DQSS and DQS2DQ"},
      {"RCD", &F::RCD, &T::RCD, "activate to column command; to read, where RCD_W is given"},
      {"RP", &F::RP, &T::RP, "precharge to activate"},
      {"RAS", &F::RAS, &T::RAS, "activate to precharge"},
      {"RC", &F::RC, &T::RC, "activate to activate, same bank"},
      {"RTP", &F::RTP, &T::RTP, "read to precharge"},
      {"WR", &F::WR, &T::WR, "end of write data to precharge"},
      {"RRD_S", &F::RRD_S, &T::RRD_S, "activate to activate, other bank group"},
      {"RRD_L", &F::RRD_L, &T::RRD_L, "activate to activate, same bank group"},
      {"FAW", &F::FAW, &T::FAW, "window of four activates"},
      {"CCD_S", &F::CCD_S, &T::CCD_S, "column to column command, other bank group"},
      {"CCD_L", &F::CCD_L, &T::CCD_L, "column to column command, same bank group"},
      {"WTR_S", &F::WTR_S, &T::WTR_S, "end of write data to read, other bank group"},
      {"WTR_L", &F::WTR_L, &T::WTR_L, "end of write data to read, same bank group"},
      {"RTRS", &F::RTRS, &T::RTRS, "idle data-bus clocks when the rank changes"},
      {"RFC", &F::RFC, &T::RFC, "refresh of all banks to activate"},
      {"REFI", &F::REFI, &T::REFI, "interval of refreshes of all banks", {}, false, true},
      {"XP", &F::XP, &T::XP, "power-down exit to command"},
      {"CKE", &F::CKE, &T::CKE, "least time in power-down", {}, true},
      {"RCD_W", &F::RCD_W, &T::RCD_W, "activate to write", {"HBM2"}},
      {"RP_ab", &F::RP_ab, &T::RP_ab, "precharge of all banks to activate", {"LPDDR4"}},
      {"PPD", &F::PPD, &T::PPD, "precharge to precharge", {"LPDDR4"}},
      {"RTW", &F::RTW, &T::RTW, "read to write command", {"HBM2"}},
      {"RREFD", &F::RREFD, &T::RREFD, "refresh of a bank to that of another", {"HBM2"}},
      {"RFC_pb", &F::RFC_pb, &T::RFC_pb, "refresh of a bank to its activate", bank_refresh},
      {"REFI_pb", &F::REFI_pb, &T::REFI_pb, "interval of such refreshes", bank_refresh, false,
       true},
      {"DQSCK", &F::DQSCK, &T::DQSCK, "read strobe behind CL", bank_refresh},
      {"DQSS", &F::DQSS, &T::DQSS, "write strobe behind CWL", {"LPDDR4"}},
      {"DQS2DQ", &F::DQS2DQ, &T::DQS2DQ, "write data behind their strobe", {"LPDDR4"}},
  };
  return all;
}

DramTimings TimingFile::clocks(const std::function<void(const char*)>& malformed) const {
  DramTimings result;
  result.clock_ps = clock.value();
  for (const TimingKey& key : keys()) {
    const std::string& text = this->*key.text;
    if (text.empty()) {
      continue;
    }
    const auto value = clocks_of(text, clock.value(), key.round_down);
    if (value) {
      result.*key.clocks = *value;
    } else {
      malformed(key.name);
    }
  }
  result.CL += result.DQSCK;
  result.CWL += result.DQSS + result.DQS2DQ;
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
  check.require(t.RAS >= t.RCD_W, "RAS", "shorter than RCD_W");
  check.require(t.RRD_S >= 1 && t.RRD_L >= t.RRD_S, "RRD_L", "shorter than RRD_S, or zero");
  check.require(t.CCD_S >= 1 && t.CCD_L >= t.CCD_S, "CCD_L", "shorter than CCD_S, or zero");
  check.require(t.WTR_L >= t.WTR_S, "WTR_L", "shorter than WTR_S");
  check.require(t.FAW >= t.RRD_S, "FAW", "shorter than RRD_S");
  check.require(t.CL + 2 > t.CWL, "CWL", "so long that a write could overtake the read before it");
  check.require(t.REFI > t.RFC + t.RP, "REFI", "leaves no time between refreshes (RFC + RP)");
  check.require(t.RP_ab == 0 || t.RP_ab >= t.RP, "RP_ab", "shorter than RP");
  check.require(t.RFC_pb <= t.RFC, "RFC_pb", "longer than RFC: one bank takes no longer than all");
  check.require(t.RREFD <= t.RFC_pb, "RREFD", "longer than RFC_pb");
  check.require(t.RFC_pb == 0 || t.REFI_pb > t.RFC_pb + t.RP, "REFI_pb",
                "leaves no time between refreshes (RFC_pb + RP)");
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
  void validate(Validation& check) const {
    check.require(IDD4R >= IDD3N, "IDD4R", "less than standby (IDD3N): reading cannot save energy");
    check.require(IDD4W >= IDD3N, "IDD4W", "less than standby (IDD3N): writing cannot save energy");
    check.require(IDD5 >= IDD3N, "IDD5", "less than standby (IDD3N)");
  }
};

struct DeviceFile {
  std::string name;
  std::string standard;
  std::string source;
  OrganisationFile organisation;
  TimingFile timing;
  std::optional<CurrentsFile> currents;
  std::optional<EnergyPerBit> access_energy;

  template <class Description>
  static void describe(Description& d) {
    d("name", &DeviceFile::name, "what it is, for people").required();
    d("standard", &DeviceFile::standard, "whose rules between commands hold")
        .choices(standards)
        .required();
    d("source", &DeviceFile::source, "where the numbers come from").required();
    d("organisation", &DeviceFile::organisation, "banks, rows, columns, widths").required();
    d("timing", &DeviceFile::timing, "timing parameters").required();
    d("currents", &DeviceFile::currents, "supply currents of one device");
    d("access_energy", &DeviceFile::access_energy,
      "what a bit on the bus costs, for devices without currents");
  }
  void validate(Validation& check) const {
    for (const TimingKey& key : TimingFile::keys()) {
      const bool given = !(timing.*key.text).empty();
      const std::string field = std::string("timing.") + key.name;
      check.require(!given || key.known_to(standard), field,
                    standard + " knows no such parameter; it is one of " + joined(key.only));
      check.require(given || key.may_miss || !key.known_to(standard), field,
                    "missing; " + standard + " needs it: " + key.doc);
    }
    const DramTimings t = timing.clocks([](const char*) {});
    check.require(t.CCD_S >= organisation.burst_length / 2, "timing.CCD_S",
                  "shorter than a burst's data");
    check.require(!currents || t.RC == 0 || activate_charge(t) >= 0, "currents.IDD0",
                  "so small that an activate costs less than nothing beside standby");
  }

 private:
  static std::string joined(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
  }
  /// In milliampere clocks; what TN-41-01 charges an activate and its precharge with.
  double activate_charge(const DramTimings& t) const {
    const auto clocks = [](std::int64_t n) { return static_cast<double>(n); };
    return currents->IDD0.value() * clocks(t.RC) - currents->IDD3N.value() * clocks(t.RAS) -
           currents->IDD2N.value() * clocks(t.RC - t.RAS);
  }
};

/// What can be simulated, but is hardly meant.
std::vector<Diagnostic> oddities(const DeviceFile& file, const DramDevice& device,
                                 const Node& node) {
  const DramTimings& t = device.timing;
  std::vector<Diagnostic> found;
  const auto warn = [&](bool odd, const char* section, const char* key, const char* message) {
    const Node* part = odd ? node.find(section) : nullptr;
    const Node* value = part == nullptr ? nullptr : part->find(key);
    if (value != nullptr) {
      found.push_back({value->place, std::string(section) + "." + key, message});
    }
  };
  warn(t.FAW < 4 * t.RRD_S, "timing", "FAW", "shorter than 4 RRD_S, so that it never matters");
  warn(t.RC > t.RAS + t.RP + 1, "timing", "RC", "more than a clock longer than RAS + RP");
  warn(t.RTP + t.RCD > t.RAS, "timing", "RTP",
       "longer than RAS - RCD, so that RAS never matters to a read");
  warn(device.organisation.bank_groups == 1 &&
           (t.CCD_L != t.CCD_S || t.RRD_L != t.RRD_S || t.WTR_L != t.WTR_S),
       "organisation", "bank_groups", "one bank group, but timings tell bank groups apart");
  warn(t.REFI_pb * device.organisation.banks() > t.REFI, "timing", "REFI_pb",
       "longer than REFI / banks: one by one, banks are refreshed less often than all at once");
  warn(10 * t.RFC > 3 * t.REFI, "timing", "RFC", "refresh takes more than 30 % of the time");
  if (file.currents) {
    const CurrentsFile& c = *file.currents;
    warn(c.IDD2N > c.IDD3N, "currents", "IDD2N",
         "precharged standby draws more than active (IDD3N)");
    warn(c.IDD2P > c.IDD2N, "currents", "IDD2P", "power-down draws more than standby (IDD2N)");
    warn(c.IDD3P > c.IDD3N, "currents", "IDD3P", "power-down draws more than standby (IDD3N)");
  }
  return found;
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
  device.access_energy = file.access_energy.value_or(EnergyPerBit(0));
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
  device.warnings = oddities(file, device, node);
  return device;
}

}  // namespace lacuna::memory
