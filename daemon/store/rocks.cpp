#include "store/rocks.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <filesystem>

#include "base/files.hpp"
#include "store/manifest_sum.hpp"
#include "store/records.hpp"
#include "store/rocks_files.hpp"

namespace store {

namespace {

// Stands once the store was made: from then on RocksDB may never make one anew, because with a lost
// CURRENT it would begin an empty store and sweep away the files of the old one.
const std::string made_name = "made";
constexpr std::size_t block_cache_bytes = 4u << 20;  // of all columns
constexpr std::size_t name_bytes_max = 256;

// RocksDB would try to mend itself and go on (and wrote records twice doing so before 9.6).
class BackgroundErrors final : public rocksdb::EventListener {
public:
    void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
        stop("background work", *status);
    }
};

enum class Missing { IsMade, IsAFault };

rocksdb::DBOptions database_options(Missing what, rocksdb::Env& files) {
    rocksdb::DBOptions options;
    options.env = &files;
    options.create_if_missing = what == Missing::IsMade;
    options.create_missing_column_families = true;
    // The default mode opens without a word after a damaged record and drops all synced ones
    // behind it; this one refuses to open unless the damage is the torn end of the last write.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.track_and_verify_wals_in_manifest = true;
    options.paranoid_checks = true;
    options.verify_sst_unique_id_in_manifest = true;
    options.flush_verify_memtable_count = true;
    options.max_bgerror_resume_count = 0;
    options.avoid_flush_during_shutdown = false;
    options.manual_wal_flush = false;                   // inconsistent columns before 9.7
    options.wal_compression = rocksdb::kNoCompression;  // unreadable before 8.0
    options.recycle_log_file_num = 0;                   // defects before 9.2
    options.wal_bytes_per_sync = 0;                     // may sync a newer WAL first
    options.max_total_wal_size = 256u << 20;
    options.max_manifest_file_size = 1u << 20;  // its sum is made anew at each sync of it
    options.db_write_buffer_size = 8u << 20;
    options.max_open_files = 512;
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    options.keep_log_file_num = 3;
    options.max_log_file_size = 4u << 20;
    options.listeners = {std::make_shared<BackgroundErrors>()};
    return options;
}

using BlockCache = std::shared_ptr<rocksdb::Cache>;

rocksdb::ColumnFamilyOptions column_options(Column column, const BlockCache& cache) {
    rocksdb::ColumnFamilyOptions options;
    options.write_buffer_size = 16u << 20;
    // By itself each column would keep one of 8 MiB.
    rocksdb::BlockBasedTableOptions tables;
    tables.block_cache = cache;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(tables));
    const bool large = column == Column::Deliveries || column == Column::Applications ||
                       column == Column::Submissions;
    // Documents are written once and must not travel through every compaction.
    options.enable_blob_files = large;
    options.min_blob_size = 4u << 10;
    options.enable_blob_garbage_collection = large;
    return options;
}

base::Outcome mark_made(const std::string& directory) {
    auto opened = base::open_directory(directory);
    if (!opened) return opened.fault();
    if (auto written =
            base::write_new(opened->number(), made_name, "", 0640, base::ReplaceTorso::Yes);
        !written)
        return written.fault();
    return base::sync(opened->number());
}

class OpenRocks final : public Rocks {
public:
    OpenRocks(std::unique_ptr<rocksdb::Env> files, rocksdb::DB* database,
              std::vector<rocksdb::ColumnFamilyHandle*> columns)
        : files_(std::move(files)), database_(database), columns_(std::move(columns)) {}
    ~OpenRocks() override;
    std::optional<std::string> get(Column column, const std::string& key) const override;
    void scan(Column column, const std::string& from, const std::string& to,
              const std::function<bool(std::string_view, std::string_view)>& visit) const override;
    void write(const Batch& batch) override;
    base::Outcome copy_to(const std::string& directory) const override;
    bool is_empty() const;

private:
    rocksdb::ColumnFamilyHandle* handle(Column column) const {
        return columns_[static_cast<std::size_t>(column)];
    }
    std::unique_ptr<rocksdb::Env> files_;  // the database's, until it is closed
    std::unique_ptr<rocksdb::DB> database_;
    std::vector<rocksdb::ColumnFamilyHandle*> columns_;
};

OpenRocks::~OpenRocks() {
    // Close() of this RocksDB does not sync the WAL.
    if (const auto status = database_->SyncWAL(); !status.ok()) stop("last sync", status);
    for (rocksdb::ColumnFamilyHandle* each : columns_)
        if (const auto status = database_->DestroyColumnFamilyHandle(each); !status.ok())
            stop("closing", status);
    if (const auto status = database_->Close(); !status.ok()) stop("closing", status);
}

std::optional<std::string> OpenRocks::get(Column column, const std::string& key) const {
    std::string value;
    const auto status = database_->Get(rocksdb::ReadOptions{}, handle(column), key, &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) stop("reading", status);
    return value;
}

void OpenRocks::scan(Column column, const std::string& from, const std::string& to,
                     const std::function<bool(std::string_view, std::string_view)>& visit) const {
    const rocksdb::Slice end{to};
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &end;
    const std::unique_ptr<rocksdb::Iterator> row{database_->NewIterator(options, handle(column))};
    for (row->Seek(from); row->Valid(); row->Next())
        if (!visit(row->key().ToStringView(), row->value().ToStringView())) break;
    if (!row->status().ok()) stop("scanning", row->status());
}

void OpenRocks::write(const Batch& batch) {
    rocksdb::WriteBatch writes;
    for (const auto& [where, value] : batch) {
        const auto& [column, key] = where;
        const auto status =
            value ? writes.Put(handle(column), key, *value) : writes.Delete(handle(column), key);
        if (!status.ok()) stop("preparing a commit", status);
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    options.protection_bytes_per_key = 8;
    base::durable_step("commit");
    if (const auto status = database_->Write(options, &writes); !status.ok())
        stop("committing", status);
}

base::Outcome OpenRocks::copy_to(const std::string& directory) const {
    rocksdb::Checkpoint* made = nullptr;
    auto status = rocksdb::Checkpoint::Create(database_.get(), &made);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint{made};
    // What is in memory tables is flushed first, so that little of the log has to be copied.
    if (status.ok()) status = checkpoint->CreateCheckpoint(directory);
    if (!status.ok()) return fault_of("copying to " + directory, status);
    const auto current = base::read_file(directory + "/CURRENT", name_bytes_max);
    if (!current) return current.fault();
    if (auto kept = keep_sum(directory, current->substr(0, current->find('\n'))); !kept)
        return kept;
    return mark_made(directory);
}

bool OpenRocks::is_empty() const {
    return std::all_of(columns_.begin(), columns_.end(), [&](auto* column) {
        const std::unique_ptr<rocksdb::Iterator> row{
            database_->NewIterator(rocksdb::ReadOptions{}, column)};
        row->SeekToFirst();
        if (!row->status().ok()) stop("reading", row->status());
        return !row->Valid();
    });
}

base::Fault refused(const std::string& directory, const std::string& why) {
    return {base::Remedy::AskOperator, "store " + directory + ": " + why};
}

// A column that we do not know was made by a newer permitd; RocksDB itself would call it an invalid
// argument. Those that an older one did not know are made; one of the first can only be lost.
base::Outcome known_columns(const std::string& directory, const rocksdb::DBOptions& options,
                            Missing what) {
    std::vector<std::string> names;
    const auto status = rocksdb::DB::ListColumnFamilies(options, directory, &names);
    if (!status.ok()) return fault_of("opening " + directory, status);
    for (const std::string& name : names)
        if (std::find(column_names.begin(), column_names.end(), name) == column_names.end())
            return refused(directory,
                           "written by a newer permitd (column " + name + "); start that version");
    for (std::size_t i = 0; what == Missing::IsAFault && i < columns_of_format_1; ++i)
        if (std::find(names.begin(), names.end(), column_names[i]) == names.end())
            return refused(directory, "damaged: its column " + std::string{column_names[i]} +
                                          " is missing; restore a backup");
    return base::done;
}

base::Outcome check_format(OpenRocks& rocks, const std::string& directory, Missing what) {
    const auto bytes = rocks.get(Column::Meta, format_key);
    if (!bytes) {
        // The mark that it was made came after its format.
        if (what == Missing::IsAFault || !rocks.is_empty())
            return refused(directory, "damaged: it does not say its format; restore a backup");
        rocks.write({{{Column::Meta, format_key}, encode(Format{format_number})}});
        return base::done;
    }
    const auto format = decode<Format>(*bytes);
    if (!format) {
        // A newer version of the record itself is a newer store too.
        return refused(directory,
                       "its format is damaged, or of a newer permitd; start that version, or "
                       "restore a backup");
    }
    if (format->number > format_number)
        return refused(directory, "written by a newer permitd (format " +
                                      std::to_string(format->number) + ", this one knows " +
                                      std::to_string(format_number) + "); start that version");
    return base::done;
}

// RocksDB's own log of what it does is nobody's here.
class Silent final : public rocksdb::Logger {
public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

using Descriptors = std::vector<rocksdb::ColumnFamilyDescriptor>;

Descriptors all_columns() {
    Descriptors columns;
    const BlockCache cache = rocksdb::NewLRUCache(block_cache_bytes);
    for (std::size_t i = 0; i < column_names.size(); ++i)
        columns.emplace_back(column_names[i], column_options(static_cast<Column>(i), cache));
    return columns;
}

}  // namespace

base::Result<std::unique_ptr<Rocks>> Rocks::open(const std::string& directory) {
    std::error_code ignored;  // what cannot be looked at is found out by RocksDB at once
    const bool made = std::filesystem::exists(directory + "/" + made_name, ignored);
    const Missing what = made ? Missing::IsAFault : Missing::IsMade;
    auto files = files_beneath(directory);
    const rocksdb::DBOptions options = database_options(what, *files);
    if (std::filesystem::exists(directory + "/CURRENT", ignored)) {
        if (auto same = check_sum(directory); !same) return same.fault();
        if (auto known = known_columns(directory, options, what); !known) return known.fault();
    } else if (made) {
        return refused(directory, "damaged: its file CURRENT is missing; restore a backup");
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* database = nullptr;
    const auto status = rocksdb::DB::Open(options, directory, all_columns(), &handles, &database);
    if (!status.ok()) return fault_of("opening " + directory, status);
    auto rocks = std::make_unique<OpenRocks>(std::move(files), database, std::move(handles));
    if (auto format = check_format(*rocks, directory, what); !format) return format.fault();
    if (!made)
        if (auto marked = mark_made(directory); !marked) return marked.fault();
    return std::unique_ptr<Rocks>{std::move(rocks)};
}

base::Result<std::optional<std::string>> look_at(const std::string& directory, Column column,
                                                 const std::string& key) {
    if (auto same = check_sum(directory); !same) return same.fault();
    rocksdb::DBOptions options = database_options(Missing::IsAFault, *rocksdb::Env::Default());
    options.listeners.clear();
    options.info_log = std::make_shared<Silent>();
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    auto status =
        rocksdb::DB::OpenForReadOnly(options, directory, all_columns(), &handles, &opened);
    if (!status.ok()) return fault_of("opening the copy " + directory, status);
    const std::unique_ptr<rocksdb::DB> database{opened};
    std::string value;
    status = database->Get({}, handles[static_cast<std::size_t>(column)], key, &value);
    for (rocksdb::ColumnFamilyHandle* each : handles)
        if (const auto closed = database->DestroyColumnFamilyHandle(each); !closed.ok())
            return fault_of("closing the copy " + directory, closed);
    const bool is_there = status.ok();
    if (!is_there && !status.IsNotFound()) return fault_of("reading the copy " + directory, status);
    return is_there ? std::optional{std::move(value)} : std::nullopt;
}

}  // namespace store
