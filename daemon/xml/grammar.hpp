// Grammar: the schemas of a directory, loaded once, checked fully and locked.
//
// Threads: one. Throws: nothing.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <xercesc/framework/XMLGrammarPoolImpl.hpp>

#include "base/result.hpp"

namespace xml {

using Pool = std::unique_ptr<xercesc::XMLGrammarPoolImpl>;

// File name to content.
using Schemas = std::map<std::string, std::string>;

// Every *.xsd of a directory, its rules held (hardening: no wildcard, no redefinition, no pattern
// and no repetition that a document could turn against us).
base::Result<Schemas> read_schemas(const std::string& directory);

// A fault names file, line and column.
base::Result<Pool> load_grammar(const Schemas& schemas);

// The rule that a schema's text breaks, or an empty string.
std::string broken_schema_rule(const std::string& text);

}  // namespace xml
