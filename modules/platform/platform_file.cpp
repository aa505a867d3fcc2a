// SPDX-License-Identifier: Apache-2.0
#include "platform/platform_file.h"

#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "core/number_text.h"

namespace lacuna::platform {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> top_level_keys = {"name",     "clock",   "technology",
                                                 "modules",  "bind",    "memory_map",
                                                 "workload", "include", "description"};

std::string kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "'" + node.scalar + "'";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
  }
  return "nothing";
}

/// Reads a document top down and collects what is wrong with it.
class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  PlatformFile read(const Node& root, const std::string& path) {
    PlatformFile file;
    file.path = path;
    file.place = root.place;
    if (!root.is_mapping()) {
      diagnostics_.add(root.place, "",
                       "a platform file is a mapping with 'modules', found " + kind_name(root));
      return file;
    }
    for (const Node::Entry& entry : root.entries) {
      check_known(entry, top_level_keys, "", "key");
    }
    file.name = text(root, "name", fs::path(path).stem().string());
    file.clock = clock(root);
    read_technology(root, file);
    read_modules(root, file);
    read_binds(root, file);
    read_memory_map(root, file);
    if (const Node* knobs = root.find("workload")) {
      expect_mapping(*knobs, "workload");
      file.workload = *knobs;
    }
    return file;
  }

 private:
  void check_known(const Node::Entry& entry, const std::vector<std::string>& known,
                   const std::string& path, const std::string& what) {
    for (const std::string& key : known) {
      if (entry.key == key) {
        return;
      }
    }
    diagnostics_.add(
        entry.key_place, path,
        fmt::format("unknown {} '{}'{}", what, entry.key, suggestion(entry.key, known)));
  }

  bool expect_mapping(const Node& node, const std::string& path) {
    if (node.is_mapping()) {
      return true;
    }
    diagnostics_.add(node.place, path, "expected a mapping, found " + kind_name(node));
    return false;
  }

  std::string text(const Node& parent, const std::string& key, const std::string& fallback) {
    const Node* node = parent.find(key);
    if (node == nullptr) {
      return fallback;
    }
    if (!node->is_scalar() || node->scalar.empty()) {
      diagnostics_.add(node->place, key, "expected a text, found " + kind_name(*node));
      return fallback;
    }
    return node->scalar;
  }

  Frequency clock(const Node& root) {
    const Node* node = root.find("clock");
    if (node == nullptr) {
      diagnostics_.add(root.place, "clock", "missing; expected a frequency such as 800 MHz");
      return 1_GHz;
    }
    return quantity<Frequency>(*node, "clock").value_or(1_GHz);
  }

  template <class Q>
  std::optional<Q> quantity(const Node& node, const std::string& path) {
    if (!node.is_scalar()) {
      diagnostics_.add(
          node.place, path,
          "expected a number with a unit (" + unit_names<Q>() + "), found " + kind_name(node));
      return std::nullopt;
    }
    try {
      return parse_quantity<Q>(node.scalar);
    } catch (const Error& error) {
      diagnostics_.add(node.place, path, error.diagnostics().front().message);
      return std::nullopt;
    }
  }

  void read_technology(const Node& root, PlatformFile& file) {
    const Node* node = root.find("technology");
    if (node == nullptr) {
      diagnostics_.add(root.place, "technology",
                       "missing; expected the path of a technology file such as tech/28nm.yaml");
      return;
    }
    if (!node->is_scalar()) {
      diagnostics_.add(node->place, "technology", "expected a path, found " + kind_name(*node));
      return;
    }
    // A path is relative to the file that says it, which may be an included one.
    const fs::path base =
        fs::exists(node->place.file) ? fs::path(node->place.file) : fs::path(file.path);
    file.technology = (base.parent_path() / node->scalar).lexically_normal().string();
    file.technology_place = node->place;
  }

  void read_modules(const Node& root, PlatformFile& file) {
    const Node* modules = root.find("modules");
    if (modules == nullptr) {
      diagnostics_.add(root.place, "modules", "missing; a platform needs modules");
      return;
    }
    if (!expect_mapping(*modules, "modules")) {
      return;
    }
    for (const Node::Entry& entry : modules->entries) {
      read_module(entry, file);
    }
  }

  void read_module(const Node::Entry& entry, PlatformFile& file) {
    const std::string path = "modules." + entry.key;
    if (!valid_name(entry.key)) {
      diagnostics_.add(entry.key_place, path,
                       "a module's name is letters, digits and '_', and starts with a letter");
      return;
    }
    if (!expect_mapping(entry.value, path)) {
      return;
    }
    const Node* type = entry.value.find("type");
    if (type == nullptr || !type->is_scalar()) {
      diagnostics_.add(type != nullptr ? type->place : entry.key_place, path + ".type",
                       "missing; expected the name of a module type");
      return;
    }
    ModuleEntry module;
    module.name = entry.key;
    module.type = type->scalar;
    module.place = entry.key_place;
    module.type_place = type->place;
    module.parameters = Node::make_mapping(entry.value.place);
    for (const Node::Entry& parameter : entry.value.entries) {
      if (parameter.key != "type") {
        module.parameters.entries.push_back(parameter);
      }
    }
    file.modules.push_back(std::move(module));
  }

  static bool valid_name(const std::string& name) {
    if (name.empty() || (std::isalpha(static_cast<unsigned char>(name[0])) == 0)) {
      return false;
    }
    for (const char c : name) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') {
        return false;
      }
    }
    return true;
  }

  std::optional<PortName> port_name(const std::string& text, const Place& place,
                                    const PlatformFile& file, const std::string& path) {
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
      diagnostics_.add(place, path, fmt::format("expected 'module.socket', found '{}'", text));
      return std::nullopt;
    }
    PortName name{text.substr(0, dot), text.substr(dot + 1), place};
    if (file.find(name.module) == nullptr) {
      std::vector<std::string> names;
      for (const ModuleEntry& module : file.modules) {
        names.push_back(module.name);
      }
      diagnostics_.add(
          place, path,
          fmt::format("there is no module '{}'{}", name.module, suggestion(name.module, names)));
      return std::nullopt;
    }
    return name;
  }

  void read_binds(const Node& root, PlatformFile& file) {
    const Node* binds = root.find("bind");
    if (binds == nullptr || !expect_mapping(*binds, "bind")) {
      return;
    }
    for (const Node::Entry& entry : binds->entries) {
      const std::string path = "bind." + entry.key;
      if (!entry.value.is_scalar()) {
        diagnostics_.add(entry.value.place, path,
                         "expected 'module.socket', found " + kind_name(entry.value));
        continue;
      }
      const std::vector<std::string> initiators = numbered(entry.key);
      const std::vector<std::string> targets = numbered(entry.value.scalar);
      if (initiators.size() != targets.size()) {
        diagnostics_.add(
            entry.value.place, path,
            fmt::format("{} sockets cannot be bound to {}", initiators.size(), targets.size()));
        continue;
      }
      for (std::size_t i = 0; i < initiators.size(); ++i) {
        const auto initiator = port_name(initiators[i], entry.key_place, file, path);
        const auto target = port_name(targets[i], entry.value.place, file, path);
        if (!initiator || !target) {
          break;
        }
        file.binds.push_back({*initiator, *target});
      }
    }
  }

  /// "dram.rank_port[0..63]" as its 64 names; anything else as it stands.
  static std::vector<std::string> numbered(const std::string& text) {
    const std::size_t open = text.find('[');
    const std::size_t dots = text.find("..", open == std::string::npos ? text.size() : open);
    if (dots == std::string::npos || text.back() != ']') {
      return {text};
    }
    constexpr std::size_t most = 4096;
    const auto first = whole_number<std::size_t>(text.substr(open + 1, dots - open - 1));
    const auto last = whole_number<std::size_t>(text.substr(dots + 2, text.size() - dots - 3));
    if (!first || !last || *last < *first || *last - *first >= most) {
      return {text};
    }
    std::vector<std::string> names;
    for (std::size_t i = *first; i <= *last; ++i) {
      names.push_back(text.substr(0, open) + std::to_string(i));
    }
    return names;
  }

  void read_memory_map(const Node& root, PlatformFile& file) {
    const Node* map = root.find("memory_map");
    if (map == nullptr || !expect_mapping(*map, "memory_map")) {
      return;
    }
    for (const Node::Entry& entry : map->entries) {
      read_map_entry(entry, file);
    }
  }

  void read_map_entry(const Node::Entry& entry, PlatformFile& file) {
    const std::string path = "memory_map." + entry.key;
    const auto target = port_name(entry.key, entry.key_place, file, path);
    if (!expect_mapping(entry.value, path)) {
      return;
    }
    for (const Node::Entry& field : entry.value.entries) {
      check_known(field, {"base", "size", "via"}, path, "key");
    }
    MapEntry region;
    region.place = entry.key_place;
    region.base_place = entry.value.place;
    bool complete = target.has_value();
    if (const Node* base = entry.value.find("base")) {
      region.base_place = base->place;
      const auto value = address(*base, path + ".base");
      complete = complete && value.has_value();
      region.base = value.value_or(0);
    } else {
      diagnostics_.add(entry.value.place, path + ".base", "missing; expected an address");
      complete = false;
    }
    if (const Node* size = entry.value.find("size")) {
      const auto value = quantity<Bytes>(*size, path + ".size");
      complete = complete && value.has_value();
      region.size = value ? value->value() : 0;
      if (value && region.size == 0) {
        diagnostics_.add(size->place, path + ".size", "a region of no bytes");
        complete = false;
      }
    } else {
      diagnostics_.add(entry.value.place, path + ".size", "missing; expected a size such as 1 GiB");
      complete = false;
    }
    region.via = text(entry.value, "via", "");
    if (complete && region.base + (region.size - 1) < region.base) {
      diagnostics_.add(region.base_place, path + ".base", "the region wraps around at 2^64");
      complete = false;
    }
    if (complete) {
      region.target = *target;
      file.memory_map.push_back(std::move(region));
    }
  }

  std::optional<std::uint64_t> address(const Node& node, const std::string& path) {
    if (node.is_scalar() && !node.quoted) {
      std::string digits;
      for (const char c : node.scalar) {
        if (c != '_') {
          digits += c;
        }
      }
      const bool octal_looking = digits.size() > 1 && digits[0] == '0' && digits[1] != 'x';
      const auto value = whole_number_or_hexadecimal<std::uint64_t>(digits);
      if (value && !octal_looking) {
        return value;
      }
    }
    diagnostics_.add(node.place, path,
                     "expected an address such as 0x8000_0000, found " + kind_name(node));
    return std::nullopt;
  }

  Diagnostics& diagnostics_;
};

void check_overlaps(const PlatformFile& file, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < file.memory_map.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const MapEntry& a = file.memory_map[j];
      const MapEntry& b = file.memory_map[i];
      const bool apart = a.base + (a.size - 1) < b.base || b.base + (b.size - 1) < a.base;
      if (!apart && a.via == b.via) {
        diagnostics.add(b.base_place, "memory_map." + b.target.text(),
                        fmt::format("[0x{:x}, 0x{:x}] overlaps '{}' [0x{:x}, 0x{:x}] at {}", b.base,
                                    b.base + (b.size - 1), a.target.text(), a.base,
                                    a.base + (a.size - 1), a.base_place.text()));
      }
    }
  }
}

/// "accelerator.x" belongs below "modules"; "workload.x", "clock" and the like stand at the top.
std::string document_path(const Node& root, const Override& change) {
  const std::string head = change.path.substr(0, change.path.find('.'));
  const Node* modules = root.find("modules");
  if (modules != nullptr && modules->find(head) != nullptr) {
    return "modules." + change.path;
  }
  std::vector<std::string> known = top_level_keys;
  for (const std::string& key : known) {
    if (head == key && head != "include") {
      return change.path;
    }
  }
  if (modules != nullptr) {
    for (const std::string& name : modules->keys()) {
      known.push_back(name);
    }
  }
  Place place;
  place.file = change.text();
  throw input_error(
      place, change.path,
      fmt::format("there is no module or section '{}'{}", head, suggestion(head, known)));
}

}  // namespace

const ModuleEntry* PlatformFile::find(const std::string& module) const {
  for (const ModuleEntry& entry : modules) {
    if (entry.name == module) {
      return &entry;
    }
  }
  return nullptr;
}

Override parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    Place place;
    place.file = "--set " + text;
    throw input_error(place, "expected path=value, such as accelerator.pe_array.rows=16");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

Node load_platform_document(const std::string& path, const std::vector<Override>& overrides) {
  Node root = load_yaml_with_includes(path);
  for (const Override& change : overrides) {
    override_path(root, document_path(root, change), change.value, change.text());
  }
  return root;
}

PlatformFile read_platform_file(const std::string& path, const std::vector<Override>& overrides) {
  const Node root = load_platform_document(path, overrides);
  Diagnostics diagnostics;
  PlatformFile file = Reader(diagnostics).read(root, path);
  check_overlaps(file, diagnostics);
  diagnostics.throw_if_any();
  return file;
}

}  // namespace lacuna::platform
