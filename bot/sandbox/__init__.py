"""A stand-in Telegram and a stand-in shop to play with; see `create_app` in `bot.sandbox.app`.

The bot reaches them only over HTTP: `/bot{token}/{method}` and `/file/bot{token}/{path}` are the
Bot API, `/shop/...` is the shop, `/` is the page for people.

Control routes for tests. POST takes a JSON object whose fields are the act's arguments and answers
`{"ok": true, "result": ...}`, or 400 or 404 with `{"ok": false, "description": ...}`. A private
chat has its person's id. Optional fields stand in brackets.

    POST /sandbox/say               chat_id person_id text [reply_to reply_to_ephemeral thread
                                    anonymous]
    POST /sandbox/edit              chat_id message_id text       its author changes the text
    POST /sandbox/start             person_id [payload]           presses Start in private
    POST /sandbox/press             chat_id message_id person_id data [wait_seconds=5 ephemeral]
                                    ephemeral: the number of one, whose message_id is 0;
                                    answers {"id", "answer": {"text", "show_alert", "url"} | null}
    POST /sandbox/inline            person_id query [offset wait_seconds=5]
                                    answers {"id", "answer": {"results", "is_personal",
                                    "cache_time", "next_offset", "button"} | null}
    POST /sandbox/choose            query_id result_id chat_id person_id   taps a result
    POST /sandbox/block             person_id                     blocks the bot; `start` unblocks
    POST /sandbox/react             chat_id message_id person_id emoji (null takes it back)
                                    [anonymous=false]   totals are told, not who
    POST /sandbox/vote              chat_id message_id option
    POST /sandbox/share_chat        person_id request_id shared_chat_id
    POST /sandbox/add_person        id first_name [username language_code]
    POST /sandbox/set_language      person_id language_code       of a person's Telegram
    POST /sandbox/new_group         title owner_id [kind=supergroup|group member_ids member_count
                                    is_forum]
    POST /sandbox/add_bot           chat_id by [payload rights upgrade new_first]
                                    rights: null = member, else a list such as ["pin_messages"]
    POST /sandbox/remove_bot        chat_id by
    POST /sandbox/set_bot_rights    chat_id by rights [can_send]
    POST /sandbox/set_member_count  chat_id count
    POST /sandbox/join              chat_id person_id [invite_link] [others_link=false]
    POST /sandbox/join_many         chat_id count                 new people, one after the other
    POST /sandbox/leave             chat_id person_id
    POST /sandbox/kick              chat_id person_id by          an administrator throws out
    POST /sandbox/migrate           chat_id [new_first]           group -> supergroup, a new id
    POST /sandbox/open_topic        chat_id by name
    POST /sandbox/close_topic       chat_id by topic_id [is_closed=true]
    POST /sandbox/redeliver         update_id [under_new_id]      the same update again
    POST /sandbox/clock             [mark | minutes hours days]   mark: a name or HH:MM in Shanghai
    POST /sandbox/faults            kind [when method chat_id times seconds status description]
                                    kind: retry_after status reset delay malformed;
                                    when: before (not carried out) or after (carried out)
    POST /sandbox/limits            enabled
    POST /sandbox/server            [supports_ephemeral supports_inline strict]   strict refuses the
                                    unknown
    GET  /sandbox/clock             now, marks
    GET  /sandbox/faults            what is on order and how many happened; DELETE cancels
    GET  /sandbox/deliveries        [chat_id after]   every message that reached a chat
    GET  /sandbox/deliveries/summary   total, per_chat, repeated (the same content twice in a chat)
    GET  /sandbox/updates           [after]           past updates, how many wait
    GET  /sandbox/chats             all chats with members and topics
    GET  /sandbox/messages          chat_id [after wait_seconds]   waits for a newer message
    GET  /sandbox/whispers          chat_id person_id [after wait_seconds]   ephemeral messages
                                    of one member; after: an ephemeral_message_id
    GET  /sandbox/reactions         chat_id message_id   who put which emoji there
    GET  /sandbox/answers/{id}      the bot's answer to a callback or inline query
"""
