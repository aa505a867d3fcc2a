// SPDX-License-Identifier: Apache-2.0
#include "cosim/binding/axi_binding.h"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "cosim/axi_signals.h"
#include "cosim/binding/port_names.h"

namespace lacuna::cosim {

namespace {

/// A signal of AXI: what it is called, where AxiSignals keeps it, and who drives it.
struct Signal {
  const char* name;
  const char* field;
  bool by_manager;
  bool required;
  bool in_lite;
  enum { number, flag, data } kind = number;
};

const std::vector<Signal>& signals() {
  static const std::vector<Signal> all = {
      {"awvalid", "aw.valid", true, true, true, Signal::flag},
      {"awready", "aw.ready", false, true, true, Signal::flag},
      {"awid", "aw.beat.id", true, false, false},
      {"awaddr", "aw.beat.address", true, true, true},
      {"awlen", "aw.beat.length", true, true, false},
      {"awsize", "aw.beat.size", true, false, false},
      {"awburst", "aw.beat.burst", true, false, false},
      {"wvalid", "w.valid", true, true, true, Signal::flag},
      {"wready", "w.ready", false, true, true, Signal::flag},
      {"wdata", "w.beat.data", true, true, true, Signal::data},
      {"wstrb", "w.beat.strobes", true, false, true},
      {"wlast", "w.beat.last", true, true, false, Signal::flag},
      {"bvalid", "b.valid", false, true, true, Signal::flag},
      {"bready", "b.ready", true, true, true, Signal::flag},
      {"bid", "b.beat.id", false, false, false},
      {"bresp", "b.beat.response", false, false, true},
      {"arvalid", "ar.valid", true, true, true, Signal::flag},
      {"arready", "ar.ready", false, true, true, Signal::flag},
      {"arid", "ar.beat.id", true, false, false},
      {"araddr", "ar.beat.address", true, true, true},
      {"arlen", "ar.beat.length", true, true, false},
      {"arsize", "ar.beat.size", true, false, false},
      {"arburst", "ar.beat.burst", true, false, false},
      {"rvalid", "r.valid", false, true, true, Signal::flag},
      {"rready", "r.ready", true, true, true, Signal::flag},
      {"rid", "r.beat.id", false, false, false},
      {"rdata", "r.beat.data", false, true, true, Signal::data},
      {"rresp", "r.beat.response", false, false, true},
      {"rlast", "r.beat.last", false, true, false, Signal::flag},
  };
  return all;
}

const std::vector<Signal>& stream_signals() {
  static const std::vector<Signal> all = {
      {"tvalid", "t.valid", true, true, true, Signal::flag},
      {"tready", "t.ready", false, true, true, Signal::flag},
      {"tdata", "t.beat.data", true, true, true, Signal::data},
      {"tkeep", "t.beat.keep", true, false, true},
      {"tlast", "t.beat.last", true, false, true, Signal::flag},
  };
  return all;
}

const std::vector<Signal>& signals_of(AxiProtocol protocol) {
  return protocol == AxiProtocol::axi4_stream ? stream_signals() : signals();
}

/// Writes the binding of one module; problems gather in the diagnostics.
class Writer {
 public:
  Writer(std::string model, const Node& node, const std::map<std::string, VerilatedPort>& ports)
      : model_(std::move(model)), node_(node), ports_(ports) {
    names_ = read_parameters<PortNames>(node, "", diagnostics_);
    for (const auto& [name, port] : ports_) {
      known_.push_back(name);
    }
  }

  std::string write() {
    const std::string pins = write_pins();
    const std::string model = write_model();
    diagnostics_.throw_if_any();
    return fmt::format(
        "// Written from {0}.\n#include \"V{1}.h\"\n\n#include \"cosim/axi_rtl_model.h\"\n"
        "#include \"cosim/model_pins.h\"\n#include \"cosim/verilated_simulation.h\"\n\n"
        "namespace lacuna::cosim {{\n\nnamespace {{\n\n{2}{3}\n}}  // namespace\n\n"
        "std::unique_ptr<AxiRtlModel> make_{1}() {{\n  return std::make_unique<Model>();\n}}\n\n"
        "}}  // namespace lacuna::cosim\n",
        node_.place.file, model_, pins, model);
  }

 private:
  std::string write_pins() {
    std::string text;
    const Node* list = node_.find("axi");
    for (std::size_t i = 0; i < names_.axi.size(); ++i) {
      const Node& node = list->items[i];
      text += write_port(names_.axi[i], node, fmt::format("axi[{}]", i), i);
    }
    return text;
  }

  std::string write_port(const AxiPortNames& names, const Node& node, const std::string& path,
                         std::size_t number) {
    const bool lite = names.protocol == AxiProtocol::axi4_lite;
    std::string sample;
    std::string drive;
    unsigned data_bits = 0;
    unsigned id_bits = 0;
    std::set<std::string> bound;
    // A port may be for reads or for writes only. With neither, all its names are wrong.
    const bool neither = !has_channels(names, true) && !has_channels(names, false);
    const bool reads = neither || has_channels(names, true);
    const bool writes = neither || has_channels(names, false);
    for (const Signal& signal : signals_of(names.protocol)) {
      const bool stream = names.protocol == AxiProtocol::axi4_stream;
      if ((lite && !signal.in_lite) || (!stream && !(is_read(signal) ? reads : writes))) {
        continue;
      }
      const bool output = signal.by_manager == (names.role == AxiRole::manager);
      const auto named = names.ports.find(signal.name);
      const std::string port =
          named == names.ports.end() ? names.prefix + signal.name : named->second;
      const bool optional = !signal.required && named == names.ports.end();
      const Place place = place_of(node, signal.name);
      const VerilatedPort* found = find(port, output, place, path + "." + signal.name, optional);
      if (found == nullptr) {
        continue;
      }
      if (signal.kind == Signal::data) {
        data_bits = check_data(*found, data_bits, place, path + "." + signal.name);
      }
      const std::string name = signal.name;
      id_bits = name == "arid" || name == "awid" ? found->width : id_bits;
      bound.insert(signal.name);
      (output ? sample : drive) += assignment(signal, port, output);
    }
    for (const auto& [signal, port] : names.ports) {
      check_signal(signal, names.protocol, node, path);
    }
    const unsigned bytes = std::max(8u, data_bits) / 8;
    const bool stream = names.protocol == AxiProtocol::axi4_stream;
    if (names.role == AxiRole::manager) {
      sample += stream ? stream_defaults(bound, bytes) : defaults(bound, bytes);
    }
    ports_text_ +=
        fmt::format("    ports_.push_back({{\"{}\", {}, {}, {}, {}, {}, {}, {}&pins{}_}});\n",
                    names.name, names.role == AxiRole::manager, lite, bytes,
                    1u << std::min(id_bits, 4u), reads, writes, stream ? "nullptr, " : "", number);
    members_ += fmt::format("  Pins{0} pins{0}_{{*model_.operator->()}};\n", number);
    return fmt::format(
        "class Pins{0} final : public {4}Pins {{\n public:\n  explicit Pins{0}(V{1}& model) : "
        "model_(model) {{}}\n  void sample({4}Signals& signals) override {{\n{2}  }}\n"
        "  void drive(const {4}Signals& signals) override {{\n{3}  }}\n\n private:\n  V{1}& "
        "model_;\n}};\n\n",
        number, model_, sample, drive, stream ? "AxiStream" : "Axi");
  }

  static bool is_read(const Signal& signal) {
    return signal.name[0] == 'r' || (signal.name[0] == 'a' && signal.name[1] == 'r');
  }
  /// Whether the module has any signal of the channels of reads, or of writes, or the file names one.
  bool has_channels(const AxiPortNames& names, bool reads) const {
    return std::any_of(signals().begin(), signals().end(), [&](const Signal& signal) {
      return is_read(signal) == reads &&
             (ports_.count(names.prefix + signal.name) != 0 || names.ports.count(signal.name) != 0);
    });
  }

  /// What signals are where a manager has none of them.
  static std::string defaults(const std::set<std::string>& bound, unsigned bytes) {
    std::string text;
    if (bound.count("wstrb") == 0) {
      text += fmt::format("    signals.w.beat.strobes = {:#x}u;\n", all_lanes(bytes));
    }
    if (bound.count("awsize") == 0) {
      unsigned log = 0;
      while ((1u << log) < bytes) {
        ++log;
      }
      text += fmt::format("    signals.aw.beat.size = signals.ar.beat.size = {};\n", log);
    }
    return text;
  }
  static std::string stream_defaults(const std::set<std::string>& bound, unsigned bytes) {
    return bound.count("tkeep") != 0
               ? std::string()
               : fmt::format("    signals.t.beat.keep = {:#x}u;\n", all_lanes(bytes));
  }
  static std::uint64_t all_lanes(unsigned bytes) {
    return (std::uint64_t{1} << (bytes - 1) << 1) - 1;
  }

  static std::string assignment(const Signal& signal, const std::string& port, bool output) {
    if (signal.kind == Signal::data) {
      return fmt::format("    {}_data(model_.{}, signals.{});\n", output ? "get" : "put", port,
                         signal.field);
    }
    if (!output) {
      return fmt::format("    put_number(model_.{}, signals.{});\n", port, signal.field);
    }
    return signal.kind == Signal::flag
               ? fmt::format("    signals.{} = get_number(model_.{}) != 0;\n", signal.field, port)
               : fmt::format(
                     "    signals.{0} = "
                     "static_cast<decltype(signals.{0})>(get_number(model_.{1}));\n",
                     signal.field, port);
  }

  std::string write_model() {
    const VerilatedPort* clock = find(names_.clock, false, place_of_key("clock"), "clock", false);
    const VerilatedPort* reset = find(names_.reset, false, place_of_key("reset"), "reset", false);
    if (clock == nullptr || reset == nullptr) {
      return {};
    }
    std::string busy = "false";
    if (!names_.busy.empty()) {
      find(names_.busy, true, place_of_key("busy"), "busy", false);
      busy = "model_->" + names_.busy + " != 0";
    }
    std::string inputs;
    std::string set;
    for (const auto& [port, value] : names_.inputs) {
      find(port, false, place_of_key("inputs"), "inputs." + port, false);
      inputs += fmt::format("    put_number(model_->{}, {}u);\n", port, value);
      set += fmt::format(
          "    if (name == \"{0}\") {{\n      put_number(model_->{0}, value);\n      return "
          "true;\n    }}\n",
          port);
    }
    const char* active =
        names_.reset_level == ResetLevel::low ? "active ? 0 : 1" : "active ? 1 : 0";
    return fmt::format(
        "class Model final : public AxiRtlModel {{\n public:\n  Model() {{\n    "
        "simulation_.add(*model_);\n"
        "{0}{1}  }}\n  ~Model() override {{ model_->final(); }}\n"
        "  const std::vector<AxiRtlPort>& ports() const override {{ return ports_; }}\n"
        "  void set_reset(bool active) override {{ model_->{2} = {3}; }}\n"
        "  void settle() override {{\n    model_->{4} = 0;\n    model_->eval();\n  }}\n"
        "  void clock() override {{\n    model_->{4} = 1;\n    model_->eval();\n  }}\n"
        "  bool busy() override {{ return {5}; }}\n"
        "  bool set_input(const std::string& name, std::uint64_t value) override {{\n{6}"
        "    static_cast<void>(name);\n    static_cast<void>(value);\n    return false;\n  }}\n"
        "  RtlSimulation& simulation() override {{ return simulation_; }}\n\n private:\n"
        "  VerilatedSimulation simulation_;\n"
        "  std::unique_ptr<{7}> model_ = std::make_unique<{7}>(&simulation_.context(), "
        "\"{9}\");\n"
        "{8}  std::vector<AxiRtlPort> ports_;\n}};\n",
        inputs, ports_text_, names_.reset, active, names_.clock, busy, set, "V" + model_, members_,
        model_);
  }

  const VerilatedPort* find(const std::string& port, bool output, const Place& place,
                            const std::string& path, bool optional) {
    const auto found = ports_.find(port);
    if (found == ports_.end()) {
      if (!optional) {
        diagnostics_.add(place, path,
                         fmt::format("the module {} has no port '{}'{}", model_, port,
                                     suggestion(port, known_)));
      }
      return nullptr;
    }
    if (found->second.output != output) {
      diagnostics_.add(place, path,
                       fmt::format("'{}' is an {}, expected an {}", port,
                                   output ? "input" : "output", output ? "output" : "input"));
      return nullptr;
    }
    return &found->second;
  }

  unsigned check_data(const VerilatedPort& port, unsigned other, const Place& place,
                      const std::string& path) {
    const bool power = (port.width & (port.width - 1)) == 0;
    if (!power || port.width < 8 || port.width > 8 * max_axi_bytes) {
      diagnostics_.add(place, path,
                       fmt::format("{} bits, expected a power of two from 8 to {}", port.width,
                                   8 * max_axi_bytes));
    } else if (other != 0 && other != port.width) {
      diagnostics_.add(place, path,
                       fmt::format("{} bits, but the other data bus has {}", port.width, other));
    }
    return port.width;
  }

  void check_signal(const std::string& signal, AxiProtocol protocol, const Node& node,
                    const std::string& path) {
    std::vector<std::string> known;
    const bool lite = protocol == AxiProtocol::axi4_lite;
    for (const Signal& each : signals_of(protocol)) {
      if (each.name == signal && (!lite || each.in_lite)) {
        return;
      }
      known.emplace_back(each.name);
    }
    diagnostics_.add(
        place_of(node, signal), path + ".ports",
        fmt::format("'{}' is no signal of this protocol{}", signal, suggestion(signal, known)));
  }

  /// Of the port's name, or of the whole AXI port.
  static Place place_of(const Node& port, const std::string& signal) {
    const Node* ports = port.find("ports");
    const Node* named = ports == nullptr ? nullptr : ports->find(signal);
    const Node* prefix = port.find("prefix");
    return named != nullptr ? named->place : prefix != nullptr ? prefix->place : port.place;
  }
  Place place_of_key(const std::string& key) const {
    const Node* value = node_.find(key);
    return value == nullptr ? node_.place : value->place;
  }

  std::string model_;
  const Node& node_;
  const std::map<std::string, VerilatedPort>& ports_;
  std::vector<std::string> known_;
  PortNames names_;
  Diagnostics diagnostics_;
  std::string ports_text_;
  std::string members_;
};

}  // namespace

std::string write_axi_binding(const std::string& name, const Node& names,
                              const std::map<std::string, VerilatedPort>& ports) {
  return Writer(name, names, ports).write();
}

}  // namespace lacuna::cosim
