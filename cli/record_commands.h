#pragma once
// The commands that keep the record: roots, proofs, verification, backups. Rows of the table in cli/command_table.cc.

#include "cli/command.h"

#include <string>
#include <vector>

namespace govlog {

/// A flag without a value, and one with.
Flag switch_flag(std::string name, std::string help);
Flag value_flag(std::string name, std::string value_name, std::string help);

/// root, prove and verify take more on the command line than their operations do.
void adapt_record_command(Command& command);

/// backup, restore, keygen.
void add_record_commands(std::vector<Command>& all);

}  // namespace govlog
