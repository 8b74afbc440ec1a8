-- question: Who downloaded far more in one day than the others of the same tenant, or than on other
--   days?
-- purpose: Finds a shared account, or a script that copies all files of a tenant. Downloads are
--   counted for each person whose grant is in the issuance records, else for each grant, else for
--   each address; so an office behind one address is no single reader. A reader is compared with
--   the other readers of the tenant; one who is alone, with the own other days. Who can be compared
--   with nothing is not listed.
-- parameter: min_times double = 10; smallest ratio of the bytes to `usual_bytes`
-- parameter: min_megabytes double = 10; smallest amount in a day, in MB of 10^6 bytes
-- columns: day, tenant_in_path, reader_kind, reader, addresses, requests, files, bytes,
--   usual_bytes, compared_with, times
-- column: reader_kind; `person`, `grant` or `address`
-- column: reader; user hash, fingerprint or address
-- column: files; number of different paths
-- column: usual_bytes; average bytes a day, of the other readers or of the own other days
-- column: compared_with; `other readers` or `own other days`
-- column: times; `bytes` divided by `usual_bytes`
-- cost: high
-- needs: grants
with people_by_grant as (
    -- A grant that a set of people shares names nobody.
    select
        fingerprint,
        key_pair_id,
        case when count(distinct user_hash) = 1 then max(user_hash) end as user_hash
    from issued_grants
    where dt between :from_partition and :to_partition
    group by 1, 2
),

read_requests as (
    select
        signed.*,
        case
            when people_by_grant.user_hash is not null then 'person'
            when signed.fingerprint is not null then 'grant'
            else 'address'
        end as reader_kind,
        coalesce(people_by_grant.user_hash, signed.fingerprint, signed.c_ip) as reader
    from signed
    left join people_by_grant
        on
            signed.fingerprint = people_by_grant.fingerprint
            and signed.key_pair_id = people_by_grant.key_pair_id
    where signed.is_accepted
),

daily_downloads as (
    select
        date_trunc('day', ts) as day,
        tenant_in_path,
        reader_kind,
        reader,
        count(distinct c_ip) as addresses,
        count(*) as requests,
        count(distinct raw_path) as files,
        sum(bytes) as bytes
    from read_requests
    group by 1, 2, 3, 4
),

compared_downloads as (
    select
        daily_downloads.*,
        -- The reader is left out: otherwise the reader would raise the average.
        cast(
            sum(bytes) over (partition by tenant_in_path)
            - sum(bytes) over (partition by tenant_in_path, reader_kind, reader) as double
        )
        / nullif(
            count(*) over (partition by tenant_in_path)
            - count(*) over (partition by tenant_in_path, reader_kind, reader),
            0
        ) as others_average,
        cast(
            sum(bytes) over (partition by tenant_in_path, reader_kind, reader) - bytes as double
        )
        / nullif(
            count(*) over (partition by tenant_in_path, reader_kind, reader) - 1, 0
        ) as own_average
    from daily_downloads
)

select
    day,
    tenant_in_path,
    reader_kind,
    reader,
    addresses,
    requests,
    files,
    bytes,
    round(coalesce(others_average, own_average), 0) as usual_bytes,
    case when others_average is null then 'own other days' else 'other readers' end
        as compared_with,
    round(bytes / nullif(coalesce(others_average, own_average), 0), 1) as times
from compared_downloads
where
    bytes >= :min_megabytes * 1e6
    and bytes >= :min_times * coalesce(others_average, own_average)
order by 8 desc, 1, 2, 4
