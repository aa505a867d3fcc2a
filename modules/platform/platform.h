// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "core/document.h"
#include "core/energy.h"
#include "core/statistics.h"
#include "core/summary.h"
#include "core/technology.h"
#include "engine/accelerator.h"
#include "host/driver.h"
#include "memory/dram.h"
#include "platform/platform_file.h"
#include "tlm/component.h"
#include "tlm/fault_injector.h"
#include "tlm/surroundings.h"
#include "tlm/watchdog.h"
#include "tlm/wave_request.h"

namespace lacuna::platform {

/// An accelerator, the host that drives it, and the memory that both see.
struct AcceleratorSite {
  std::string name;
  engine::Accelerator* accelerator = nullptr;
  host::Driver* host = nullptr;
  std::uint64_t memory_base = 0;  ///< of its part of the DRAM, in the memory map
  std::uint64_t memory_size = 0;
  std::uint64_t dram_offset = 0;  ///< of that part in the DRAM
};

/// A bound platform: modules made from their types, sockets bound, addresses mapped.
class Platform {
 public:
  /// @throws Error (bad_input) with everything that is wrong with the file
  Platform(const PlatformFile& file, const std::vector<std::string>& injections,
           const tlm::WaveRequest& wave = {});
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  const PlatformFile& file() const { return file_; }
  const Technology& technology() const { return technology_; }
  const Statistics& statistics() const { return statistics_; }
  const EnergyAccount& energy() const { return energy_; }
  const AreaAccount& area() const { return area_; }
  const tlm::FaultInjector& faults() const { return faults_; }
  tlm::Watchdog& watchdog() { return *watchdog_; }
  const tlm::WaveDesk& waves() const { return waves_; }
  /// Runs until nothing is left to do or somebody pauses, and brings every counter up to date. @throws Error as the watchdog
  void simulate();
  const std::vector<AcceleratorSite>& accelerators() const { return sites_; }
  memory::Dram& dram() const { return *dram_; }
  /// The first module of a type; nullptr if there is none.
  template <class Type>
  Type* find_component() const {
    for (const Module& module : modules_) {
      if (auto* component = dynamic_cast<Type*>(module.component.get())) {
        return component;
      }
    }
    return nullptr;
  }
  const std::string& dram_name() const { return dram_name_; }
  std::vector<memory::Dram*> drams() const;
  /// The memory of that name. @throws Error (stuck) when there is none
  memory::Dram& dram(const std::string& name) const;
  /// What an accelerator may expect: the DRAM's peak or that of the narrowest interconnect, whichever is less.
  Bandwidth memory_bandwidth() const;

  /// What every module makes of the run, by module name.
  Summary summary_of_run() const;
  /// What modules find odd, one line each, with file and line.
  std::vector<std::string> warnings() const;
  /// The platform with every parameter, as a platform file; `workload` is its section of knobs.
  Node effective(const Node& workload) const;
  /// A parameter at the top of a module, as text; empty if there is none of that name.
  std::string parameter(const std::string& module, const std::string& key) const;
  /// One line a module, for `lacuna check`.
  std::string summary() const;

 private:
  struct Module {
    const ModuleEntry* entry;
    const tlm::ModuleType* type;
    Node parameters;
    std::unique_ptr<tlm::Component> component;
  };

  void read_technology();
  void check_modules();
  void make_modules();
  void bind_all();
  void bind(const BindEntry& entry, Diagnostics& diagnostics);
  void bind_interface(const BindEntry& entry, Diagnostics& diagnostics);
  void map_all(Diagnostics& diagnostics);
  void check_bound(Diagnostics& diagnostics) const;
  void check_rings(Diagnostics& diagnostics) const;
  void find_sites(Diagnostics& diagnostics);
  void share_memory();
  AcceleratorSite site_of(const Module& module, Diagnostics& diagnostics) const;
  Module* find(const std::string& name);
  const Module* find(const std::string& name) const;
  const MapEntry* map_entry(const std::string& module) const;
  /// The entry of a module, or of a bridge before it.
  const MapEntry* map_entry_leading_to(const std::string& module) const;

  PlatformFile file_;
  Technology technology_;
  Statistics statistics_;
  EnergyAccount energy_;
  AreaAccount area_;
  tlm::FaultInjector faults_;
  tlm::WaveDesk waves_;
  std::unique_ptr<tlm::Watchdog> watchdog_;
  std::unique_ptr<tlm::Surroundings> surroundings_;  ///< modules keep references to it
  std::vector<Module> modules_;
  std::vector<std::unique_ptr<sc_core::sc_signal<bool>>> signals_;
  std::map<std::string, std::vector<std::string>>
      forward_;                       ///< interconnect -> modules it leads to
  std::map<std::string, int> bound_;  ///< "module.port" -> how often
  std::vector<AcceleratorSite> sites_;
  memory::Dram* dram_ = nullptr;
  std::string dram_name_;
};

}  // namespace lacuna::platform
