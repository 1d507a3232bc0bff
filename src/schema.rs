// @generated automatically by Diesel CLI.

diesel::table! {
    account_events (id) {
        id -> Uuid,
        user_id -> Uuid,
        at -> Timestamptz,
        action -> Text,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
    }
}

diesel::table! {
    audit_events (workspace_id, at, id) {
        workspace_id -> Uuid,
        at -> Timestamptz,
        id -> Uuid,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        actor_label -> Text,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        subject_label -> Text,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
        refused -> Bool,
    }
}

diesel::table! {
    email_changes (user_id) {
        user_id -> Uuid,
        new_email -> Text,
        asked_at -> Timestamptz,
        expires_at -> Timestamptz,
        old_token_digest -> Bytea,
        new_token_digest -> Bytea,
        old_confirmed_at -> Nullable<Timestamptz>,
        new_confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    file_labels (workspace_id, file_id, label_id) {
        workspace_id -> Uuid,
        file_id -> Uuid,
        label_id -> Uuid,
    }
}

diesel::table! {
    files (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        folder_id -> Uuid,
        object_id -> Uuid,
        name -> Text,
        folded -> Text,
        size -> Int8,
        media_type -> Text,
        sha256 -> Bytea,
        version -> Int4,
        product -> Jsonb,
        metadata -> Jsonb,
        visibility -> Text,
        created_by_member_id -> Nullable<Uuid>,
        created_by_key_id -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        trashed_at -> Nullable<Timestamptz>,
        trashed_by -> Nullable<Text>,
    }
}

diesel::table! {
    folders (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        parent_id -> Nullable<Uuid>,
        path -> Array<Nullable<Uuid>>,
        name -> Text,
        folded -> Text,
        description -> Text,
        metadata -> Jsonb,
        visibility -> Text,
        owner_member_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        trashed_at -> Nullable<Timestamptz>,
        trashed_with -> Nullable<Uuid>,
        trashed_by -> Nullable<Text>,
    }
}

diesel::table! {
    former_slugs (workspace_id, slug) {
        workspace_id -> Uuid,
        slug -> Text,
        left_at -> Timestamptz,
    }
}

diesel::table! {
    group_members (workspace_id, group_id, member_id) {
        workspace_id -> Uuid,
        group_id -> Uuid,
        member_id -> Uuid,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    groups (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        name -> Text,
        folded -> Text,
        description -> Text,
        permissions -> Array<Nullable<Text>>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    installation (only_row) {
        only_row -> Bool,
        set_up_at -> Nullable<Timestamptz>,
        id -> Nullable<Uuid>,
    }
}

diesel::table! {
    invitation_groups (workspace_id, invitation_id, name) {
        workspace_id -> Uuid,
        invitation_id -> Uuid,
        name -> Text,
        group_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    invitations (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        email -> Text,
        role -> Text,
        token_digest -> Bytea,
        was_shown -> Bool,
        invited_by_member_id -> Uuid,
        created_at -> Timestamptz,
        sent_at -> Timestamptz,
        expires_at -> Timestamptz,
        cancelled_at -> Nullable<Timestamptz>,
        accepted_at -> Nullable<Timestamptz>,
        accepted_member_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    key_caller_days (workspace_id, caller, day) {
        workspace_id -> Uuid,
        caller -> Bytea,
        day -> Date,
        served -> Int8,
        refused -> Int8,
    }
}

diesel::table! {
    key_callers (workspace_id, caller) {
        workspace_id -> Uuid,
        caller -> Bytea,
        key_id -> Text,
        secret_version -> Int4,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        first_at -> Timestamptz,
        last_at -> Timestamptz,
        last_served_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    key_calls (workspace_id, key_id, hour, secret_version, outcome) {
        workspace_id -> Uuid,
        key_id -> Text,
        hour -> Timestamptz,
        secret_version -> Int4,
        outcome -> Text,
        calls -> Int8,
    }
}

diesel::table! {
    key_changes (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        bulk_action -> Text,
        made_at -> Timestamptz,
        key_ids -> Array<Nullable<Text>>,
        had -> Nullable<Jsonb>,
        run_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    key_counts (workspace_id, state, ends_on, part) {
        workspace_id -> Uuid,
        state -> Text,
        ends_on -> Date,
        part -> Uuid,
        keys -> Int8,
    }
}

diesel::table! {
    key_days (workspace_id, key_id, day) {
        workspace_id -> Uuid,
        key_id -> Text,
        day -> Date,
        calls -> Int8,
    }
}

diesel::table! {
    key_expiry_warnings (workspace_id, key_id, expires_at) {
        workspace_id -> Uuid,
        key_id -> Text,
        expires_at -> Timestamptz,
        days -> Int4,
        warned_at -> Timestamptz,
    }
}

diesel::table! {
    key_file_checks (purpose, version) {
        purpose -> Text,
        version -> Int4,
        answer -> Bytea,
    }
}

diesel::table! {
    key_incident_ticks (workspace_id, key_id, step, place) {
        workspace_id -> Uuid,
        key_id -> Text,
        step -> Text,
        place -> Text,
        done_at -> Timestamptz,
        done_by_member_id -> Uuid,
    }
}

diesel::table! {
    key_incidents (workspace_id, key_id) {
        workspace_id -> Uuid,
        key_id -> Text,
        opened_at -> Timestamptz,
        opened_by_member_id -> Nullable<Uuid>,
        replacement_key_id -> Nullable<Text>,
        cause -> Text,
        effect -> Text,
        told -> Text,
        closed_at -> Nullable<Timestamptz>,
        closed_by_member_id -> Nullable<Uuid>,
        record -> Nullable<Jsonb>,
    }
}

diesel::table! {
    key_last_uses (workspace_id, key_id) {
        workspace_id -> Uuid,
        key_id -> Text,
        at -> Timestamptz,
        ip -> Text,
    }
}

diesel::table! {
    key_replays (workspace_id, caller_key_id, name) {
        workspace_id -> Uuid,
        caller_key_id -> Text,
        name -> Text,
        request -> Bytea,
        first_at -> Timestamptz,
        key_id -> Text,
        secret_version -> Int4,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    key_run_chunks (workspace_id, run_id, position) {
        workspace_id -> Uuid,
        run_id -> Uuid,
        position -> Int4,
        key_ids -> Array<Nullable<Text>>,
        change_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    key_runs (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        bulk_action -> Text,
        terms -> Jsonb,
        is_undo -> Bool,
        matching -> Text,
        started_by_member_id -> Uuid,
        started_by_label -> Text,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Uuid>,
        started_at -> Timestamptz,
        total -> Int8,
        changed -> Int8,
        skipped -> Int8,
        reasons -> Jsonb,
        state -> Text,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    key_secrets (workspace_id, key_id, version) {
        workspace_id -> Uuid,
        key_id -> Text,
        version -> Int4,
        digest -> Nullable<Bytea>,
        pepper_version -> Int4,
        made_at -> Timestamptz,
        retires_at -> Nullable<Timestamptz>,
        sealed -> Nullable<Bytea>,
        shown -> Nullable<Text>,
        expiry_before -> Nullable<Timestamptz>,
        expiry_after -> Nullable<Timestamptz>,
        can_be_taken_back -> Bool,
        ceiling -> Nullable<Array<Nullable<Text>>>,
        made_by_key_id -> Nullable<Text>,
    }
}

diesel::table! {
    key_unused_warnings (workspace_id, key_id) {
        workspace_id -> Uuid,
        key_id -> Text,
        since -> Timestamptz,
        warned_at -> Timestamptz,
        deactivates_at -> Timestamptz,
    }
}

diesel::table! {
    keys (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Text,
        kind -> Text,
        owner_member_id -> Nullable<Uuid>,
        label -> Text,
        permissions -> Array<Nullable<Text>>,
        created_at -> Timestamptz,
        created_by_member_id -> Nullable<Uuid>,
        updated_at -> Timestamptz,
        updated_by_member_id -> Nullable<Uuid>,
        expires_at -> Nullable<Timestamptz>,
        deactivated_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        revoked_for -> Nullable<Text>,
        form_nonce -> Nullable<Uuid>,
        label_folded -> Text,
        is_revoked -> Bool,
        ends_at -> Timestamptz,
        allowed_origins -> Array<Nullable<Text>>,
        suspended_at -> Nullable<Timestamptz>,
        rotating_until -> Nullable<Timestamptz>,
        recovery -> Text,
        created_by_key_id -> Nullable<Text>,
        allowed_ips -> Array<Nullable<Text>>,
        rate_limit_per_minute -> Nullable<Int4>,
        updated_by_key_id -> Nullable<Text>,
    }
}

diesel::table! {
    labels (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        name -> Text,
        folded -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    member_visits (workspace_id, member_id) {
        workspace_id -> Uuid,
        member_id -> Uuid,
        last_seen_at -> Timestamptz,
    }
}

diesel::table! {
    members (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        created_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
        suspended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    notices (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        occasion -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        subject_label -> Text,
        member_id -> Nullable<Uuid>,
        facts -> Jsonb,
        first_at -> Timestamptz,
        last_at -> Timestamptz,
        times -> Int8,
        dismissed_at -> Nullable<Timestamptz>,
        dismissed_by_member_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    object_space (workspace_id) {
        workspace_id -> Uuid,
        used -> Int8,
        file_limit -> Int8,
        total_limit -> Int8,
    }
}

diesel::table! {
    objects (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        state -> Text,
        size -> Int8,
        sha256 -> Nullable<Bytea>,
        upload_id -> Nullable<Text>,
        progressed_at -> Timestamptz,
    }
}

diesel::table! {
    outbox (id) {
        id -> Uuid,
        purpose -> Text,
        recipient -> Text,
        created_at -> Timestamptz,
        not_after -> Timestamptz,
        sealed -> Nullable<Bytea>,
        due_at -> Nullable<Timestamptz>,
        tries -> Int4,
        open_tries -> Int4,
        failed_at -> Nullable<Timestamptz>,
        failure -> Nullable<Text>,
        reply -> Nullable<Text>,
        sent_at -> Nullable<Timestamptz>,
        given_up_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    reset_links (email_digest) {
        email_digest -> Bytea,
        token_digest -> Bytea,
        user_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    session_visits (workspace_id, id_digest) {
        workspace_id -> Uuid,
        id_digest -> Bytea,
    }
}

diesel::table! {
    sessions (id_digest) {
        id_digest -> Bytea,
        user_id -> Uuid,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        handle -> Uuid,
        confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    share_requests (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        folder_id -> Uuid,
        asked_by_member_id -> Uuid,
        wanted -> Text,
        role -> Text,
        note -> Text,
        asked_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
        decided_at -> Nullable<Timestamptz>,
        decided_by_member_id -> Nullable<Uuid>,
        key_id -> Nullable<Text>,
        reason -> Text,
    }
}

diesel::table! {
    shares (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        folder_id -> Uuid,
        member_id -> Nullable<Uuid>,
        group_id -> Nullable<Uuid>,
        key_id -> Nullable<Text>,
        invitation_id -> Nullable<Uuid>,
        role -> Text,
        expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        created_by_member_id -> Nullable<Uuid>,
        created_by_key_id -> Nullable<Text>,
    }
}

diesel::table! {
    sign_in_counters (email_digest) {
        email_digest -> Bytea,
        day -> Date,
        failures -> Int4,
        blocked_until -> Timestamptz,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        password_changed_at -> Timestamptz,
        theme -> Text,
        created_at -> Timestamptz,
        time_zone -> Nullable<Text>,
        folded -> Text,
        told_of_shares -> Bool,
    }
}

diesel::table! {
    workspaces (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        created_at -> Timestamptz,
        time_zone -> Text,
        default_key_lifetime_days -> Nullable<Int4>,
        max_key_lifetime_days -> Nullable<Int4>,
        deleted_at -> Nullable<Timestamptz>,
        default_member_permissions -> Array<Nullable<Text>>,
        personal_keys -> Bool,
        recoverable_keys -> Bool,
        default_rate_limit_per_minute -> Int4,
        unused_key_days -> Nullable<Int4>,
        security_contact -> Nullable<Text>,
    }
}

diesel::joinable!(account_events -> users (user_id));
diesel::joinable!(audit_events -> workspaces (workspace_id));
diesel::joinable!(email_changes -> users (user_id));
diesel::joinable!(file_labels -> workspaces (workspace_id));
diesel::joinable!(files -> workspaces (workspace_id));
diesel::joinable!(folders -> workspaces (workspace_id));
diesel::joinable!(former_slugs -> workspaces (workspace_id));
diesel::joinable!(group_members -> workspaces (workspace_id));
diesel::joinable!(groups -> workspaces (workspace_id));
diesel::joinable!(invitation_groups -> workspaces (workspace_id));
diesel::joinable!(invitations -> workspaces (workspace_id));
diesel::joinable!(key_caller_days -> workspaces (workspace_id));
diesel::joinable!(key_callers -> workspaces (workspace_id));
diesel::joinable!(key_calls -> workspaces (workspace_id));
diesel::joinable!(key_changes -> workspaces (workspace_id));
diesel::joinable!(key_counts -> workspaces (workspace_id));
diesel::joinable!(key_days -> workspaces (workspace_id));
diesel::joinable!(key_expiry_warnings -> workspaces (workspace_id));
diesel::joinable!(key_incident_ticks -> workspaces (workspace_id));
diesel::joinable!(key_incidents -> workspaces (workspace_id));
diesel::joinable!(key_last_uses -> workspaces (workspace_id));
diesel::joinable!(key_replays -> workspaces (workspace_id));
diesel::joinable!(key_run_chunks -> workspaces (workspace_id));
diesel::joinable!(key_runs -> workspaces (workspace_id));
diesel::joinable!(key_secrets -> workspaces (workspace_id));
diesel::joinable!(key_unused_warnings -> workspaces (workspace_id));
diesel::joinable!(keys -> workspaces (workspace_id));
diesel::joinable!(labels -> workspaces (workspace_id));
diesel::joinable!(member_visits -> workspaces (workspace_id));
diesel::joinable!(members -> users (user_id));
diesel::joinable!(members -> workspaces (workspace_id));
diesel::joinable!(notices -> workspaces (workspace_id));
diesel::joinable!(object_space -> workspaces (workspace_id));
diesel::joinable!(objects -> workspaces (workspace_id));
diesel::joinable!(reset_links -> users (user_id));
diesel::joinable!(session_visits -> sessions (id_digest));
diesel::joinable!(session_visits -> workspaces (workspace_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(share_requests -> workspaces (workspace_id));
diesel::joinable!(shares -> workspaces (workspace_id));

diesel::allow_tables_to_appear_in_same_query!(
    account_events,
    audit_events,
    email_changes,
    file_labels,
    files,
    folders,
    former_slugs,
    group_members,
    groups,
    installation,
    invitation_groups,
    invitations,
    key_caller_days,
    key_callers,
    key_calls,
    key_changes,
    key_counts,
    key_days,
    key_expiry_warnings,
    key_file_checks,
    key_incident_ticks,
    key_incidents,
    key_last_uses,
    key_replays,
    key_run_chunks,
    key_runs,
    key_secrets,
    key_unused_warnings,
    keys,
    labels,
    member_visits,
    members,
    notices,
    object_space,
    objects,
    outbox,
    reset_links,
    session_visits,
    sessions,
    share_requests,
    shares,
    sign_in_counters,
    users,
    workspaces,
);
