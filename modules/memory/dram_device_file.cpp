// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_device_file.h"

#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "core/files.h"

namespace lacuna::memory {

namespace {

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
