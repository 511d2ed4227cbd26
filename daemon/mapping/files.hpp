// Files: the files of mapping/ as they are read, and everything that is wrong with them.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include "base/result.hpp"
#include "mapping/reader.hpp"

namespace mapping {

inline base::Fault fault(const std::string& text) { return {base::Remedy::AskOperator, text}; }
std::string joined(const std::vector<std::string>& lines, const std::string& between);

// All files of mapping/, read. Shared rules are complained about once every table that includes
// them was read, so the documents are kept.
struct Files {
    std::vector<yaml::Document> tables;
    std::vector<yaml::Document> shared;
    SharedRules shared_rules;
    std::vector<std::string> complaints;

    void take_complaints(yaml::Document& document);
};

// A fault where a directory or a file cannot be read at all.
base::Result<Shapes> load_shapes(const std::string& directory, Files& all);
base::Outcome load_shared(const std::string& directory, Files& all);
base::Outcome load_tables(const std::string& directory, Files& all);
// The *.yaml files of a directory by name, so that complaints come in the same order everywhere;
// none where there is no directory and `absent` is fine.
enum class Absent { IsAFault, IsEmpty };
base::Result<std::vector<std::string>> yaml_files(const std::string& directory,
                                                  Absent absent = Absent::IsAFault);

}  // namespace mapping
